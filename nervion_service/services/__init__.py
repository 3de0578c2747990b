"""The shell around the domain: load rows, call the domain, write rows. One module per use."""
