"""What makes the weights and the tables of figures; imported by nobody."""
