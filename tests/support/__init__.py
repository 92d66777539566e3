"""What several tests share: made-up records and libraries, scripted workers, ways to run the program."""
