"""Several metals on a page: what is judged, the picture, the tables and figures of their coupling."""
