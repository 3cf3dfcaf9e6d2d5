namespace Qbitel.Hsm.Clouds.Aws;

/// <summary>
/// A key found by its alias. The ARN names this key material for ever, so it may be remembered; an alias may not.
/// </summary>
internal sealed record AwsKey(string Arn, AwsAlgorithm Algorithm, HsmKey Description, string State);
