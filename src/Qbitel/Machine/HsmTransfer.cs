using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Qbitel.Governance;
using Qbitel.Governance.Audit;
using Qbitel.Hsm;
using Qbitel.Hsm.Custody;
using Qbitel.Hsm.Migration;
using Qbitel.Hsm.Pools;
using Qbitel.Hsm.Wrapping;
using Qbitel.Store;

namespace Qbitel.Machine;

/// <summary>Keys that move, at the door: their ends, and what the platform keeps of them.</summary>
internal static class HsmTransfer
{
    /// <exception cref="RefusedException">Keys of this provider do not move.</exception>
    public static TransferPort Port(HsmProvider provider, string name)
    {
        try
        {
            return TransferPort.Of(provider, name);
        }
        catch (NotSupportedException refused)
        {
            throw new RefusedException($"{name}: {refused.Message}", provider is HsmPool
                ? $"'qbitel hsm doctor {name}' names the members." : "Use the provider's own tools.", refused);
        }
    }

    /// <summary>One key of a token by its label or identifier.</summary>
    /// <exception cref="RefusedException">There is none, or several have the label.</exception>
    public static async Task<TransferKey> KeyAsync(TransferPort port, string name, CancellationToken cancellation)
    {
        IReadOnlyList<TransferKey> all = await port.ListAsync(cancellation);
        TransferKey[] found = [.. all.Where(key => key.Id == name || key.Label == name)];
        return found.Length == 1 ? found[0] : throw new RefusedException(
            found.Length == 0 ? $"There is no key '{name}' in {port.Token}."
                : $"{found.Length} keys of {port.Token} are called '{name}'.",
            "Name it by its identifier or its label; 'qbitel hsm migrate --plan' lists both.");
    }

    /// <summary>
    /// Keeps tags, state and rotation of a moved key, with its entry in the audit log; the same again changes nothing.
    /// </summary>
    public static async ValueTask RegisterAsync(
        StateStore store, string target, Guid migration, MigratedKey key, CancellationToken cancellation)
    {
        // By a hash: the identifiers of other programs may look like card numbers, and are any bytes.
        string name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{key.Id}\0{key.Label}")))[..12];
        string setting = $"hsm-key/{target}/{name}";
        RegisteredKey registered = new(key.Id, key.Label, key.Kind, key.CheckValue, key.State?.ToString() ?? "",
            key.Tags, key.RotationPeriodDays ?? 0, key.RotateBy);
        string text = JsonSerializer.Serialize(registered, HsmTransferJson.Default.RegisteredKey);
        if (await store.ReadAsync((s, ct) => s.FindSettingAsync(setting, ct), cancellation) == text) return;

        DateTimeOffset now = store.Time.GetUtcNow();
        await store.ChangeAsync(async (change, ct) =>
        {
            await change.PutSettingAsync(setting, text, ct);
            await change.AppendAsync(new AuditEntry(Guid.CreateVersion7(now), now, "service:qbitel-hsm",
                key.State == KeyState.Destroyed ? "key.rollback" : "key.migrate", setting, AuditOutcome.Done, details:
                [
                    .. key.Tags, new("kind", key.Kind), new("label", key.Label), new("check-value", key.CheckValue),
                    new("proof", key.Proof ?? ""), new("wrapped", key.Wrapped?.ToString() ?? "it was there already"),
                    new("taken", key.Taken?.ToString() ?? "it was there already"),
                    new("rotation-days", $"{key.RotationPeriodDays}"), new("operation", $"{migration:D}"),
                ]), ct);
        }, cancellation);
    }

    /// <summary>An entry of the audit log for a backup, a restoration or a single key.</summary>
    public static async Task AuditAsync(
        StateStore store, string action, string target, AuditOutcome outcome, CancellationToken cancellation,
        params KeyValuePair<string, string>[] details)
    {
        DateTimeOffset now = store.Time.GetUtcNow();
        await store.ChangeAsync((change, ct) => change.AppendAsync(new AuditEntry(Guid.CreateVersion7(now), now,
            "service:qbitel-hsm", action, target, outcome, details: details), ct), cancellation);
    }
}

/// <summary>What the platform keeps of a key that moved.</summary>
internal sealed record RegisteredKey(
    string Id, string Label, string Kind, string CheckValue, string State, IReadOnlyDictionary<string, string> Tags,
    int RotationPeriodDays, DateTimeOffset? RotateBy);

/// <summary>A wrapped key and where it was written.</summary>
internal sealed record WrappedKeyFile(
    string File, string Key, string Kind, string CheckValue, string Recipient, BoundaryReport Boundary);

/// <summary>A key that was taken in.</summary>
internal sealed record UnwrappedKey(
    string Hsm, string Key, string Kind, string CheckValue, bool WasThere, string Proof, string Wider,
    BoundaryReport? Boundary);

/// <summary>A backup and its shares, by the names of their files.</summary>
internal sealed record BackupFiles(
    string Backup, Guid Id, int Keys, IReadOnlyList<LeftOutKey> LeftOut, int Needed, IReadOnlyList<string> Shares,
    string Transcript);

/// <summary>What became of the keys of a backup.</summary>
internal sealed record RestoredKeys(string Hsm, Guid Backup, IReadOnlyList<RestoredKey> Keys);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(RegisteredKey))]
[JsonSerializable(typeof(WrappedKeyFile))]
[JsonSerializable(typeof(UnwrappedKey))]
[JsonSerializable(typeof(BackupFiles))]
[JsonSerializable(typeof(RestoredKeys))]
internal sealed partial class HsmTransferJson : JsonSerializerContext;
