namespace Qbitel.Discovery.Tls;

/// <summary>
/// The server did not speak TLS as the standard says. Never leaves this folder: it becomes the failure of a report.
/// </summary>
internal sealed class TlsProtocolException(string message) : Exception(message);
