using Microsoft.Extensions.Logging;
using Qbitel.Hsm.Clouds.Aws;
using Qbitel.Hsm.Clouds.Azure;
using Qbitel.Hsm.Clouds.Gcp;
using Qbitel.Hsm.Pkcs11;
using Qbitel.Hsm.Pkcs11.Configuration;
using Qbitel.Hsm.Software;

namespace Qbitel.Hsm.Providers;

/// <summary>The providers this build contains, by the names they are configured by.</summary>
public static class HsmProviders
{
    public static IReadOnlyList<string> Available { get; } =
    [
        SoftwareToken.ProviderName, .. Pkcs11Token.ProviderNames, AwsKms.ProviderName, AzureManagedHsm.ProviderName,
        GcpKms.ProviderName,
    ];

    extension(HsmProvider)
    {
        /// <summary>
        /// Opens the provider that the options name, and no other: a missing device is never replaced by software.
        /// </summary>
        /// <exception cref="NotSupportedException">This build has no provider of that name.</exception>
        /// <exception cref="HsmException">The provider cannot be opened.</exception>
        public static async ValueTask<HsmProvider> CreateAsync(
            HsmOptions options, TimeProvider time, ILogger? logger, CancellationToken cancellationToken)
        {
            ArgumentNullException.ThrowIfNull(options);
            if (Pkcs11Token.ProviderNames.Contains(options.Provider))
            {
                Pkcs11Options pkcs11 = options.Pkcs11
                    ?? throw new ArgumentException(
                        $"The provider '{options.Provider}' needs the section Pkcs11 with its token.", nameof(options));
                return await Pkcs11Token.OpenAsync(options.Provider, pkcs11, time, logger, cancellationToken);
            }

            switch (options.Provider)
            {
                case AwsKms.ProviderName:
                    return await AwsKms.OpenAsync(
                        options.AwsKms ?? throw Lacks(nameof(options.AwsKms)), time, logger, cancellationToken);
                case AzureManagedHsm.ProviderName:
                    return await AzureManagedHsm.OpenAsync(
                        options.AzureManagedHsm ?? throw Lacks(nameof(options.AzureManagedHsm)), time, logger,
                        cancellationToken);
                case GcpKms.ProviderName:
                    return await GcpKms.OpenAsync(
                        options.GcpKms ?? throw Lacks(nameof(options.GcpKms)), time, logger, cancellationToken);
            }

            if (options.Provider != SoftwareToken.ProviderName)
            {
                throw new NotSupportedException(
                    $"There is no HSM provider '{options.Provider}' in this build. "
                    + $"Available: {string.Join(", ", Available)}. "
                    + "Nothing takes its place: name the provider you want.");
            }

            SoftwareTokenOptions software = options.Software
                ?? throw new ArgumentException(
                    "The provider 'software' needs the section Software with its folder.", nameof(options));
            return await OpenSoftwareAsync(options, software, time, logger, cancellationToken);

            ArgumentException Lacks(string section) =>
                new($"The provider '{options.Provider}' needs the section {section}.", nameof(options));
        }
    }

    private static async ValueTask<HsmProvider> OpenSoftwareAsync(
        HsmOptions options, SoftwareTokenOptions software, TimeProvider time, ILogger? logger,
        CancellationToken cancellationToken)
    {
        bool create = options.CreateIfMissing && !SoftwareToken.Exists(software.Folder);
        if (create && options.KeyFile is { } missing && !File.Exists(missing)) TokenSecret.CreateKeyFile(missing);

        using TokenSecret secret = options switch
        {
            { KeyFile: not null, AskSecret: not null } =>
                throw new ArgumentException("Give a key file or a passphrase, not both.", nameof(options)),
            { KeyFile: { } file } => TokenSecret.FromKeyFile(file),
            { AskSecret: { } ask } => ask(),
            _ => throw new ArgumentException("The software token needs a key file or a passphrase.", nameof(options)),
        };
        return create
            ? await SoftwareToken.CreateAsync(software, secret, time, logger, cancellationToken)
            : await SoftwareToken.OpenAsync(software, secret, time, logger, cancellationToken);
    }
}
