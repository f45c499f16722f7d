"""The service over HTTP (extra ``server``): the data-plane API of Azure Quantum, in front of a Service."""
