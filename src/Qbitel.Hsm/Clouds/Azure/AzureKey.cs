namespace Qbitel.Hsm.Clouds.Azure;

/// <summary>A version of a key. A version never becomes another key, so it may be remembered; a name may not.</summary>
internal sealed record AzureKey(string Version, AzureAlgorithm Algorithm, HsmKey Description);
