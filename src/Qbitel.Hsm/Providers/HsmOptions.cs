using System.ComponentModel.DataAnnotations;
using Qbitel.Hsm.Clouds.Aws;
using Qbitel.Hsm.Clouds.Azure;
using Qbitel.Hsm.Clouds.Gcp;
using Qbitel.Hsm.Pkcs11.Configuration;
using Qbitel.Hsm.Software;

namespace Qbitel.Hsm.Providers;

/// <summary>Section <c>Qbitel:Hsm</c>: which provider keeps the keys, and where it is.</summary>
public sealed record HsmOptions
{
    /// <summary>
    /// The name of the provider, e.g. <c>software</c>. No default: nobody ends on a software token by omission.
    /// </summary>
    [Required]
    public required string Provider { get; init; }

    /// <summary>Needed for the provider <c>software</c>.</summary>
    public SoftwareTokenOptions? Software { get; init; }

    /// <summary>Needed for the providers behind a PKCS#11 module, e.g. <c>softhsm2</c>.</summary>
    public Pkcs11Options? Pkcs11 { get; init; }

    /// <summary>Needed for the provider <c>aws_kms</c>.</summary>
    public AwsKmsOptions? AwsKms { get; init; }

    /// <summary>Needed for the provider <c>azure_managed_hsm</c>.</summary>
    public AzureManagedHsmOptions? AzureManagedHsm { get; init; }

    /// <summary>Needed for the provider <c>gcp_kms</c>.</summary>
    public GcpKmsOptions? GcpKms { get; init; }

    /// <summary>The key file that closes the software token. Without it <see cref="AskSecret"/> is called.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Asks for the passphrase of the software token; never read from configuration.</summary>
    public Func<TokenSecret>? AskSecret { get; init; }

    /// <summary>Makes the software token, and its key file, where there is none yet. Default false.</summary>
    public bool CreateIfMissing { get; init; }
}
