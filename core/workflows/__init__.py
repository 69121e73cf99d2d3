"""Where the rooms meet: predict, judge, explain, screen, build."""
