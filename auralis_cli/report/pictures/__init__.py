"""The figures of a library as descriptions, for papers and READMEs. `plots/` draws them."""
