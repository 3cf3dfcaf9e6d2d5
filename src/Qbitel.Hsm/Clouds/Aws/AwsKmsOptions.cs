using System.ComponentModel.DataAnnotations;

namespace Qbitel.Hsm.Clouds.Aws;

/// <summary>
/// Section <c>Qbitel:Hsm:AwsKms</c>. Credentials are not here: they come from the SDK's own chain (environment, web
/// identity, container, instance).
/// </summary>
public sealed record AwsKmsOptions
{
    /// <summary>The region, e.g. <c>eu-central-1</c>. Default: <c>AWS_REGION</c> of the environment.</summary>
    public string? Region { get; init; }

    /// <summary>Another address than the region's own, e.g. of a VPC endpoint. Default none.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Takes an <see cref="Endpoint"/> of http on loopback, for tests. Default false.</summary>
    public bool AllowHttpToLoopback { get; init; }

    /// <summary>Keys are known as <c>alias/PREFIX/name</c>. Default <c>qbitel</c>.</summary>
    [RegularExpression("[A-Za-z0-9_-]{1,64}", ErrorMessage = "A prefix has 1 to 64 letters, digits, _ and -.")]
    public string KeyPrefix { get; init; } = "qbitel";

    /// <summary>How many days AWS keeps a destroyed key before it is gone, 7 to 30. Default 30.</summary>
    [Range(7, 30)]
    public int DeletionWaitDays { get; init; } = 30;

    /// <summary>How long one call may take with its repetitions. Default 30 seconds.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a call is made that is told to come later. Default 4.</summary>
    [Range(1, 10)]
    public int Attempts { get; init; } = 4;

    /// <summary>What is waited before the second attempt; then twice as long each. Default 100 milliseconds.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(100);
}
