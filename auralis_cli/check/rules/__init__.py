"""The rules, a module for each letter: pure functions, each with its row of the table. `table` has them
all."""
