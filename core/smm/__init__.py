"""Single-molecule-magnet models: from a coordination sphere to crystal-field levels and a prediction."""
