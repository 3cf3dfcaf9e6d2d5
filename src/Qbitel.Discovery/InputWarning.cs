namespace Qbitel.Discovery;

/// <summary>Something odd in an input that could still be read.</summary>
/// <param name="Code">Stable name, e.g. <c>Capture.TruncatedRecord</c>.</param>
/// <param name="Offset">Bytes from the beginning of the input to the record it concerns.</param>
/// <param name="Message">What it is and what was done about it.</param>
public sealed record InputWarning(string Code, long Offset, string Message);
