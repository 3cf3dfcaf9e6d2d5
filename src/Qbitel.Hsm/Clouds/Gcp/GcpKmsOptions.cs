using System.ComponentModel.DataAnnotations;

namespace Qbitel.Hsm.Clouds.Gcp;

/// <summary>
/// Section <c>Qbitel:Hsm:GcpKms</c>. Credentials are not here: they come from the file that
/// <c>GOOGLE_APPLICATION_CREDENTIALS</c> names, or from the metadata server.
/// </summary>
public sealed record GcpKmsOptions
{
    /// <summary>The key ring, e.g. <c>projects/bank/locations/europe-west3/keyRings/payments</c>. No default.</summary>
    [RegularExpression(
        "projects/([a-z0-9.-]{1,60}:)?[a-z0-9][a-z0-9-]{0,60}/locations/[a-z0-9-]{1,63}/keyRings/[A-Za-z0-9_-]{1,63}",
        ErrorMessage = "KeyRing has the form projects/P/locations/L/keyRings/R.")]
    public string? KeyRing { get; init; }

    /// <summary>Keys live and work in HSMs. Default true. Post-quantum keys are to be had with false only.</summary>
    public bool InHardware { get; init; } = true;

    /// <summary>Another address of the service, https only. Default <c>https://cloudkms.googleapis.com/</c>.</summary>
    public Uri Endpoint { get; init; } = new("https://cloudkms.googleapis.com/");

    /// <summary>Keys are known as <c>PREFIX-name</c>. Default <c>qbitel</c>.</summary>
    [RegularExpression("[A-Za-z0-9_]{1,16}", ErrorMessage = "A prefix has 1 to 16 letters, digits and _.")]
    public string KeyPrefix { get; init; } = "qbitel";

    /// <summary>How long one call may take with its repetitions. Default 30 seconds.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long an import waits for the wrapping key of its job, and then for the key. Default 2 minutes.
    /// </summary>
    public TimeSpan ImportTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How often a call is made that is told to come later, or whose answer was damaged. Default 4.</summary>
    [Range(1, 10)]
    public int Attempts { get; init; } = 4;

    /// <summary>
    /// What is waited before the second attempt where the service does not say; then twice as long each. Default 100
    /// milliseconds.
    /// </summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(100);

    internal string ProtectionLevel => InHardware ? "HSM" : "SOFTWARE";
}
