"""Long work that outlives the page that asked for it: the ledger, its supervisor, and where the processes run."""
