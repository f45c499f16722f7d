"""What ``quire serve`` says when it starts: where it is, the key, and what to paste into a program."""

from quire.transport.http import LOCAL_WORKSPACE

_SNIPPETS = """
quire, with any SDK:
    from quire import Workspace
    workspace = Workspace("{url}", api_key="{key}")

Microsoft's SDK, for Q#:
    from azure.core.credentials import AzureKeyCredential
    from azure.quantum import Workspace
    workspace = Workspace(
        resource_id="{resource_id}",
        location="eastus", credential=AzureKeyCredential("{key}"), _quantum_endpoint="{url}")

... Qiskit and Cirq go on from there:
    from azure.quantum.qiskit import AzureQuantumProvider
    backend = AzureQuantumProvider(workspace=workspace).get_backend("ionq.simulator")

    from azure.quantum.cirq import AzureQuantumService
    service = AzureQuantumService(workspace=workspace)
"""


def greeting(url: str, location: str, key: str | None, kept_keys: list[str], link: str) -> str:
    """The text.

    Args:
        url: Where the server is.
        location: Where the workspace's items lie.
        key: The key that was made for this run; None if there is none.
        kept_keys: The names of the keys that the workspace keeps.
        link: What signs a browser in, once.
    """
    lines = [f"Serving {location} at {url}"]
    if key is not None:
        lines.append(f"API key, good as long as this server runs: {key}")
    if kept_keys:
        lines.append(f"Keys of this workspace: {', '.join(kept_keys)} (see quire keys)")
    lines.append(f"In a browser (good once, within an hour): {link}")
    snippets = _SNIPPETS.format(url=url, key=key or "YOUR KEY", resource_id=LOCAL_WORKSPACE)
    return "\n".join(lines) + "\n" + snippets + "\nCtrl+C stops it; jobs that have not ended are kept.\n"
