"""The contract: the only room that opens the OpenAPI document."""

from wattos_testkit.contract.document import OPERATIONS, Contract, Operation, load_contract
from wattos_testkit.contract.parameters import Parameter, ParameterError

__all__ = ["OPERATIONS", "Contract", "Operation", "Parameter", "ParameterError", "load_contract"]
