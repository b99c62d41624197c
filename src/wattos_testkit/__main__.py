"""`python -m wattos_testkit` is the command `wattos-testkit`."""

from wattos_testkit.cli import main

if __name__ == "__main__":
    main()
