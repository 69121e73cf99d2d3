"""What several pages show: pictures, details, diagrams, the handover to Verify."""
