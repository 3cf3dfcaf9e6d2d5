namespace Qbitel.Hsm.Clouds.Gcp;

/// <summary>A version of a key. A version never becomes another key, so it may be remembered; a name may not.</summary>
internal sealed record GcpKey(string Version, GcpAlgorithm Algorithm, HsmKey Description);
