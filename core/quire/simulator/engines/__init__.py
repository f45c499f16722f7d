"""The engines that run circuits and programs; ``choice`` alone chooses among them."""
