"""DFT bond lengths of yttrium analogues and the distance correction made of them."""
