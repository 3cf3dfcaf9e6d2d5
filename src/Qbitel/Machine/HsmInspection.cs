using Qbitel.Cryptography;
using Qbitel.Hsm;
using Qbitel.Hsm.Clouds.Aws;
using Qbitel.Hsm.Clouds.Azure;
using Qbitel.Hsm.Clouds.Gcp;
using Qbitel.Hsm.Pkcs11;
using Qbitel.Hsm.Providers;

namespace Qbitel.Machine;

/// <summary>Opens each configured HSM, asks it for random bytes and for what it can do, and says it in words.</summary>
internal static class HsmInspection
{
    /// <param name="all">The configured providers and pools.</param>
    /// <param name="only">One of them; null for all.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<HsmReport> ReportAsync(
        HsmConfiguration all, string? only, TimeProvider time, CancellationToken cancellation)
    {
        List<HsmDevice> devices = [];
        foreach (string name in only is null ? all.Providers.Keys.Concat(all.Pools.Keys) : [only])
        {
            devices.Add(all.Pools.ContainsKey(name) ? await HsmPoolInspection.InspectAsync(all, name, cancellation)
                : await InspectAsync(name, all.Options(name), time, cancellation));
        }

        return new HsmReport(devices);
    }

    public static HsmKeyRow Row(string hsm, HsmKey key) => new(
        hsm, key.Id.ToString(), key.Algorithm.Name, Convert.ToHexStringLower(key.CheckValue.Span),
        key.PublicKey.IsEmpty ? null : Convert.ToBase64String(key.PublicKey.Span), key.MadeAt);

    /// <summary>The keys of every configured HSM; one that does not open hides none of the others.</summary>
    public static async Task<HsmKeys> KeysAsync(HsmConfiguration all, CancellationToken cancellation)
    {
        List<HsmKeyRow> rows = [];
        List<HsmNotListed> notListed = [];
        foreach ((string name, HsmOptions options) in all.Providers)
        {
            try
            {
                rows.AddRange(await KeysAsync(all, name, cancellation));
            }
            catch (HsmException error)
            {
                notListed.Add(new HsmNotListed(name, error.Message,
                    IsCloud(options.Provider) ? CloudRemedy(options.Provider, error) : Remedy(error)));
            }
            catch (RefusedException refused)
            {
                notListed.Add(new HsmNotListed(name, refused.Message, refused.Remedy));
            }
        }

        return new HsmKeys(rows, notListed);
    }

    /// <summary>The keys of one HSM or pool.</summary>
    public static async Task<IReadOnlyList<HsmKeyRow>> KeysAsync(
        HsmConfiguration all, string name, CancellationToken cancellation)
    {
        List<HsmKeyRow> rows = [];
        await using HsmProvider hsm = await all.OpenAsync(name, cancellation);
        await foreach (HsmKey key in hsm.ListAsync(cancellation)) rows.Add(Row(name, key));
        return rows;
    }

    private static async Task<HsmDevice> InspectAsync(
        string name, HsmOptions options, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            await using HsmProvider hsm = await HsmProvider.CreateAsync(options, time, logger: null, cancellation);
            await hsm.RandomBytesAsync(16, cancellation); // a real answer, not only an open door
            return Describe(name, options, hsm);
        }
        catch (HsmException error)
        {
            return Broken(name, options, error.Message,
                IsCloud(options.Provider) ? CloudRemedy(options.Provider, error) : Remedy(error));
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return Broken(name, options, HsmConfiguration.Said(error), HsmConfiguration.CorrectIt);
        }
    }

    private static HsmDevice Describe(string name, HsmOptions options, HsmProvider hsm)
    {
        string provider = options.Provider;
        List<string> can = [];
        List<HsmLack> cannot = [];
        foreach (KeyAlgorithm algorithm in KeyAlgorithm.All)
        {
            if (hsm.WhyNot(HsmOperation.GenerateKey, algorithm) is not { } why) can.Add(algorithm.Name);
            else if (algorithm.Draft is null && Standard(algorithm)) cannot.Add(new HsmLack(algorithm.Name, why));
        }

        if (IsCloud(provider))
        {
            cannot.AddRange(KeyAlgorithm.All
                .Where(algorithm => can.Contains(algorithm.Name) && ImportLack(hsm, algorithm) is not null)
                .Select(algorithm => new HsmLack($"import of {algorithm.Name}", ImportLack(hsm, algorithm)!)));
            (string place, string speaks, string tested) = hsm switch
            {
                AwsKms => (
                    $"keys under alias/{options.AwsKms!.KeyPrefix}/ in "
                    + $"{options.AwsKms.Region ?? "the region of the environment"}",
                    "AWS KMS", AwsKms.Tested),
                AzureManagedHsm => (
                    $"keys {options.AzureManagedHsm!.KeyPrefix}-… in {options.AzureManagedHsm.Endpoint!.Host}",
                    "Key Vault REST 7.6", AzureManagedHsm.Tested),
                _ => ($"keys {options.GcpKms!.KeyPrefix}-… in {options.GcpKms.KeyRing}", "Cloud KMS REST v1",
                    GcpKms.Tested),
            };
            return new HsmDevice(name, provider, true, null, null, place, speaks,
                KeyAlgorithm.All.Any(hsm.KeepsInHardware), tested, can, cannot);
        }

        if (hsm is not Pkcs11Token token)
        {
            return new HsmDevice(name, provider, true, null, null, "keys sealed in a folder", null, false, null, can,
                cannot);
        }

        foreach (DeviceKeyKind kind in DeviceKeyKind.All)
        {
            if (token.DeviceKeys.WhyNot(kind) is { } why) cannot.Add(new HsmLack(kind.Name, why));
            else can.Add(kind.Name);
        }

        Pkcs11TokenFacts facts = token.Facts;
        return new HsmDevice(name, provider, true, null, null,
            $"'{facts.Label}', serial number {facts.Serial}, {facts.Manufacturer} {facts.Model}, firmware "
                + facts.Firmware,
            $"PKCS#11 {facts.Interface}, {facts.Mechanisms} mechanisms", facts.IsHardware, facts.Tested, can, cannot);
    }

    // The twelve sets of SLH-DSA and the hybrids are no lack of a device worth a line each.
    private static bool Standard(KeyAlgorithm algorithm) =>
        algorithm.Oid is not null && !algorithm.Name.StartsWith("SLH-DSA", StringComparison.Ordinal);

    private static HsmDevice Broken(string name, HsmOptions options, string problem, string remedy) =>
        new(name, options.Provider, false, problem, remedy, null, null, false, null, [], []);

    private static bool IsCloud(string provider) =>
        provider is AwsKms.ProviderName or AzureManagedHsm.ProviderName or GcpKms.ProviderName;

    private static string? ImportLack(HsmProvider hsm, KeyAlgorithm algorithm) => hsm switch
    {
        AwsKms => AwsKms.WhyNoImport(algorithm),
        AzureManagedHsm => AzureManagedHsm.WhyNoImport(algorithm),
        GcpKms gcp => gcp.WhyNoImport(algorithm),
        _ => "this provider does not import keys",
    };

    private static string CloudRemedy(string provider, HsmException error) => error.Failure switch
    {
        HsmFailure.WrongSecret => provider switch
        {
            AwsKms.ProviderName => "Give this process an AWS identity (web identity, container or instance role, or "
                + "environment), and see that its clock is right.",
            AzureManagedHsm.ProviderName => "Give this process an Azure identity (workload or managed identity, or "
                + "environment) of the tenant of the HSM.",
            _ => "Name a service account's file in GOOGLE_APPLICATION_CREDENTIALS, or run where there is a metadata "
                + "server, and see that the clock is right.",
        },
        HsmFailure.NotAllowed => "Give the identity the permissions that docs/guides/cloud-keys.md lists.",
        HsmFailure.Unavailable when error.IsTransient =>
            "See that the service can be reached from here, then try again.",
        HsmFailure.Damaged => "What answers is not the service: see the endpoint and what is between.",
        _ => "The console of the cloud shows more.",
    };

    private static string Remedy(HsmException error) => error.Failure switch
    {
        HsmFailure.WrongSecret => "Correct the PIN or passphrase where hsm.json says it is. It is never tried twice: a "
            + "token locks itself after a few wrong ones.",
        HsmFailure.Unavailable when error.IsTransient => "See that the device is on and reachable, then try again.",
        HsmFailure.Unavailable => "See that the vendor's client is installed and its own tool shows the token.",
        HsmFailure.KeyConflict => "See with the vendor's tool which token this is.",
        _ => "The vendor's own tool shows more.",
    };
}
