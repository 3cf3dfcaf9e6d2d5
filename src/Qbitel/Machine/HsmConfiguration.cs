using System.Text.Json;
using System.Text.Json.Serialization;
using Qbitel.Hsm;
using Qbitel.Hsm.Clouds.Aws;
using Qbitel.Hsm.Clouds.Azure;
using Qbitel.Hsm.Clouds.Gcp;
using Qbitel.Hsm.Pkcs11.Configuration;
using Qbitel.Hsm.Pools;
using Qbitel.Hsm.Providers;
using Qbitel.Hsm.Software;

namespace Qbitel.Machine;

/// <summary>
/// The HSM providers and pools of this installation, by names of its own: <c>hsm.json</c> in the data folder, or
/// another file.
/// </summary>
internal sealed class HsmConfiguration
{
    public const string CorrectIt = "Correct hsm.json as docs/guides/hsm.md shows.";

    private HsmConfiguration(string file, IReadOnlyDictionary<string, HsmOptions> providers,
        IReadOnlyDictionary<string, HsmFilePool> pools, HsmFileDualControl? dualControl)
    {
        File = file;
        Providers = providers;
        Pools = pools;
        DualControl = dualControl;
    }

    public string File { get; }

    public IReadOnlyDictionary<string, HsmOptions> Providers { get; }

    public IReadOnlyDictionary<string, HsmFilePool> Pools { get; }

    /// <summary>Which operations take several people; null where none does.</summary>
    public HsmFileDualControl? DualControl { get; }

    /// <exception cref="RefusedException">There is no file, or it says something that is not understood.</exception>
    public static HsmConfiguration Read(string file)
    {
        if (!System.IO.File.Exists(file))
        {
            throw new RefusedException($"No HSM is configured: there is no file {file}.",
                "docs/guides/hsm.md shows what goes into it.");
        }

        try
        {
            using FileStream stream = System.IO.File.OpenRead(file);
            HsmFile written = JsonSerializer.Deserialize(stream, HsmFileJson.Default.HsmFile)
                ?? throw new JsonException("it is null");
            Dictionary<string, HsmOptions> providers = written.Providers.ToDictionary(
                each => each.Key, each => each.Value.Options(), StringComparer.Ordinal);
            Dictionary<string, HsmFilePool> pools = written.Pools ?? [];
            return pools.Select(each => each.Value.Fault(each.Key, providers))
                .FirstOrDefault(fault => fault is not null) is { } wrongPool
                ? throw new RefusedException($"{file}: {wrongPool}.",
                    "docs/guides/hsm.md shows what a pool is made of.")
                : new HsmConfiguration(file, providers, pools, written.DualControl);
        }
        catch (JsonException wrong)
        {
            // Without the value: somebody may have written a PIN there.
            throw new RefusedException(
                $"{file} is not understood at {wrong.Path ?? "its beginning"}, line {wrong.LineNumber + 1}.",
                "docs/guides/hsm.md shows what goes into it.", wrong);
        }
    }

    /// <summary>Opens a provider or a pool.</summary>
    /// <exception cref="MisusedException">There is none of that name.</exception>
    /// <exception cref="RefusedException">A setting has a value that it may not have.</exception>
    public async Task<HsmProvider> OpenAsync(
        string name, CancellationToken cancellation, Action<HsmPoolAlert>? alert = null)
    {
        try
        {
            return Pools.TryGetValue(name, out HsmFilePool? pool)
                ? await HsmPool.OpenAsync(pool.Open(Providers, TimeProvider.System), pool.Options(alert),
                    TimeProvider.System, null, cancellation)
                : await HsmProvider.CreateAsync(Options(name), TimeProvider.System, logger: null, cancellation);
        }
        catch (Exception wrong) when (wrong is ArgumentException
            or (NotSupportedException and not PlatformNotSupportedException))
        {
            throw new RefusedException($"{name} in {File}: {Said(wrong)}", CorrectIt, wrong);
        }
    }

    /// <summary>Without the parameter of ours that had the value.</summary>
    public static string Said(Exception wrong) => wrong.Message.Split(" (Parameter", 2)[0];

    /// <exception cref="MisusedException">There is no provider of that name.</exception>
    public HsmOptions Options(string name) => Providers.TryGetValue(name, out HsmOptions? options) ? options
        : throw new MisusedException($"There is no HSM '{name}' in {File}. There are: "
            + $"{string.Join(", ", Providers.Keys.Concat(Pools.Keys))}.");
}

/// <summary>The file, as it is written.</summary>
internal sealed record HsmFile
{
    public required Dictionary<string, HsmFileEntry> Providers { get; init; }

    public Dictionary<string, HsmFilePool>? Pools { get; init; }

    public HsmFileDualControl? DualControl { get; init; }
}

/// <summary>The part of the file that names people.</summary>
internal sealed record HsmFileDualControl
{
    /// <summary>How many approvals an operation takes, such as <c>key.destroy</c>.</summary>
    public required Dictionary<string, int> Operations { get; init; }

    /// <summary>By the person's name, <c>user:ada</c>, the file of the public key they sign with.</summary>
    public required Dictionary<string, string> Approvers { get; init; }

    /// <summary>How long a request is open; default 240.</summary>
    public int? LifeMinutes { get; init; }
}

/// <summary>One provider of the file. PINs and passphrases are not in it, only where they are.</summary>
internal sealed record HsmFileEntry
{
    public required string Provider { get; init; }

    public string? Module { get; init; }

    public string? TokenLabel { get; init; }

    public string? TokenSerial { get; init; }

    public string? Pin { get; init; }

    public string? DatabaseFolder { get; init; }

    public string? InitializeWith { get; init; }

    public int? Sessions { get; init; }

    public int? CallsPerSecond { get; init; }

    public int? CallTimeoutMilliseconds { get; init; }

    public bool OnCallersThread { get; init; }

    /// <summary>Of a software token, with <see cref="KeyFile"/>.</summary>
    public string? Folder { get; init; }

    public string? KeyFile { get; init; }

    /// <summary>Of a software token: its keys may leave it, wrapped, for a backup or migration.</summary>
    public bool AllowBackup { get; init; }

    /// <summary>Of <c>aws_kms</c>.</summary>
    public string? Region { get; init; }

    /// <summary>Of the clouds: an address over https.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Of <c>gcp_kms</c>.</summary>
    public string? KeyRing { get; init; }

    /// <summary>Of <c>gcp_kms</c>; default true.</summary>
    public bool? InHardware { get; init; }

    /// <summary>Of the clouds: what the names of keys begin with.</summary>
    public string? KeyPrefix { get; init; }

    /// <summary>Of <c>aws_kms</c>.</summary>
    public int? DeletionWaitDays { get; init; }

    /// <summary>Of <c>azure_managed_hsm</c>; default true.</summary>
    public bool? PurgesDestroyed { get; init; }

    public HsmOptions Options() => Provider switch
    {
        AwsKms.ProviderName => new HsmOptions { Provider = Provider, AwsKms = Aws() },
        AzureManagedHsm.ProviderName => new HsmOptions { Provider = Provider, AzureManagedHsm = Azure() },
        GcpKms.ProviderName => new HsmOptions { Provider = Provider, GcpKms = Gcp() },
        _ => Devices(),
    };

    private TimeSpan Timeout(TimeSpan standard) =>
        CallTimeoutMilliseconds is { } ms ? TimeSpan.FromMilliseconds(ms) : standard;

    private AwsKmsOptions Aws()
    {
        AwsKmsOptions defaults = new();
        return defaults with
        {
            Region = Region,
            Endpoint = Endpoint,
            KeyPrefix = KeyPrefix ?? defaults.KeyPrefix,
            DeletionWaitDays = DeletionWaitDays ?? defaults.DeletionWaitDays,
            CallTimeout = Timeout(defaults.CallTimeout),
        };
    }

    private AzureManagedHsmOptions Azure()
    {
        AzureManagedHsmOptions defaults = new();
        return defaults with
        {
            Endpoint = Endpoint,
            KeyPrefix = KeyPrefix ?? defaults.KeyPrefix,
            PurgesDestroyed = PurgesDestroyed ?? defaults.PurgesDestroyed,
            CallTimeout = Timeout(defaults.CallTimeout),
        };
    }

    private GcpKmsOptions Gcp()
    {
        GcpKmsOptions defaults = new();
        return defaults with
        {
            KeyRing = KeyRing,
            InHardware = InHardware ?? defaults.InHardware,
            Endpoint = Endpoint ?? defaults.Endpoint,
            KeyPrefix = KeyPrefix ?? defaults.KeyPrefix,
            CallTimeout = Timeout(defaults.CallTimeout),
        };
    }

    private HsmOptions Devices()
    {
        Pkcs11Options defaults = new();
        return new HsmOptions
        {
            Provider = Provider,
            KeyFile = KeyFile,
            Software = Folder is null ? null : new SoftwareTokenOptions { Folder = Folder, AllowBackup = AllowBackup },
            Pkcs11 = Provider == SoftwareToken.ProviderName ? null : defaults with
            {
                Module = Module,
                TokenLabel = TokenLabel,
                TokenSerial = TokenSerial,
                Pin = Pin,
                DatabaseFolder = DatabaseFolder,
                InitializeWith = InitializeWith,
                Sessions = Sessions ?? defaults.Sessions,
                CallsPerSecond = CallsPerSecond ?? defaults.CallsPerSecond,
                CallTimeout = Timeout(defaults.CallTimeout),
                OnCallersThread = OnCallersThread,
            },
        };
    }

    /// <summary>Without the values: somebody may have written a PIN there.</summary>
    public override string ToString() => Provider;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, ReadCommentHandling = JsonCommentHandling.Skip,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(HsmFile))]
internal sealed partial class HsmFileJson : JsonSerializerContext;
