using System.ComponentModel.DataAnnotations;

namespace Qbitel.Hsm.Clouds.Azure;

/// <summary>
/// Section <c>Qbitel:Hsm:AzureManagedHsm</c>. Credentials are not here: they come from the environment, the workload
/// identity or the managed identity of this process.
/// </summary>
public sealed record AzureManagedHsmOptions
{
    /// <summary>The HSM, e.g. <c>https://bank.managedhsm.azure.net/</c>; https only. No default.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Keys are known as <c>PREFIX-name</c>. Default <c>qbitel</c>.</summary>
    [RegularExpression("[A-Za-z0-9]{1,64}", ErrorMessage = "A prefix has 1 to 64 letters and digits.")]
    public string KeyPrefix { get; init; } = "qbitel";

    /// <summary>
    /// Purges what is destroyed. Default true; false keeps it recoverable, and its name taken, for the days of the HSM.
    /// </summary>
    public bool PurgesDestroyed { get; init; } = true;

    /// <summary>How long one call may take with its repetitions. Default 30 seconds.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a call is made that is told to come later. Default 4.</summary>
    [Range(1, 10)]
    public int Attempts { get; init; } = 4;

    /// <summary>
    /// What is waited before the second attempt where the service does not say; then twice as long each. Default 100
    /// milliseconds.
    /// </summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(100);
}
