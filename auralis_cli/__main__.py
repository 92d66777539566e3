"""`python -m auralis_cli`."""

from auralis_cli.app import main

if __name__ == "__main__":
    main()
