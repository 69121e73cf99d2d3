"""Chemistry: from files to molecules, their coordination sphere and its shape."""
