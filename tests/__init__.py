"""Tests; a package, so that `tests.cifs` is ours even where a dependency installs a package of that name."""
