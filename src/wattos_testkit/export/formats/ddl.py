"""Tables with keys and types, in the SQL that PostgreSQL, SQLite and DuckDB have in common."""

from wattos_testkit.export.tables import KEYS, KINDS, REFERENCES, Table, TableField, fields, optional


def create_table(
    order_tables: tuple[Table, ...],
    table: Table,
    *,
    exact: bool,
    references: bool = True,
    loose: bool = False,
) -> str:
    """Return the statement that creates a table.

    Parameters
    ----------
    order_tables
        The tables of the data set: a reference to any other is left out.
    table
        The table.
    exact
        Whether numbers of fixed decimals are NUMERIC, and timestamps TIMESTAMP WITH TIME ZONE; REAL and TEXT
        otherwise (SQLite).
    references
        Whether foreign keys are declared.
    loose
        Whether rows of series may lack values and come twice, as they do when faults strike.
    """
    lines = []
    for field in fields(table, loose=loose):
        null = "" if field.name in optional(table, loose=loose) else " NOT NULL"
        lines.append(f'  "{field.name}" {_type(field, exact=exact)}{null}')
    if not (loose and table in KINDS):
        lines.append(f"  PRIMARY KEY ({', '.join(_quoted(name) for name in KEYS[table])})")
    if references and table in REFERENCES and REFERENCES[table][1] in order_tables:
        name, other = REFERENCES[table]
        lines.append(f'  FOREIGN KEY ("{name}") REFERENCES "{other}" ("{name}")')
    return f'CREATE TABLE "{table}" (\n' + ",\n".join(lines) + "\n)"


def _quoted(name: str) -> str:
    return f'"{name}"'


def _type(field: TableField, *, exact: bool) -> str:
    if field.type == "string":
        return "VARCHAR" if exact else "TEXT"
    if field.type == "integer":
        return "INTEGER"
    if field.type == "datetime":
        return "TIMESTAMP WITH TIME ZONE" if exact else "TEXT"
    if field.decimals is None or not exact:
        return "DOUBLE PRECISION" if exact else "REAL"
    return f"NUMERIC({field.digits}, {field.decimals})"
