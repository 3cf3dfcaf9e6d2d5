namespace Qbitel.Discovery.Captures;

/// <summary>A file of a <see cref="CaptureSet"/>, opened as often as it is wanted.</summary>
/// <remarks>Open gives a stream that can seek; who asked disposes it.</remarks>
public sealed record CaptureFile(string Name, Func<Stream> Open);
