using System.Text.Json;
using System.Text.Json.Nodes;
using Qbitel.Governance;

namespace Qbitel.Hsm.Approvals;

/// <summary>Which operations take how many approvals, and by whom.</summary>
public sealed class DualControlPolicy
{
    /// <summary>The longest a request may be open: what is approved is done soon or asked for anew.</summary>
    public static readonly TimeSpan MaxLife = TimeSpan.FromHours(24);

    private readonly Dictionary<string, int> _needed;
    private readonly Dictionary<string, Approver> _approvers;

    /// <param name="approvers">People, each with a key of their own.</param>
    /// <param name="needed">By operation, such as <c>key.destroy</c>: at least 2, at most as many as there are.</param>
    /// <param name="life">How long a request is open; default 4 hours.</param>
    /// <exception cref="ArgumentException">
    /// A person or a key stands there twice, or an operation could be approved by too few or by nobody.
    /// </exception>
    public DualControlPolicy(
        IEnumerable<Approver> approvers, IEnumerable<KeyValuePair<string, int>> needed, TimeSpan? life = null)
    {
        ArgumentNullException.ThrowIfNull(approvers);
        ArgumentNullException.ThrowIfNull(needed);
        _approvers = new(StringComparer.Ordinal);
        HashSet<string> keys = new(StringComparer.Ordinal);
        foreach (Approver approver in approvers)
        {
            if (!_approvers.TryAdd(approver.Name, approver) || !keys.Add(approver.Fingerprint.ToString()))
            {
                throw new ArgumentException(
                    $"{approver.Name} or their key stands there twice: approvals are by different people with keys of "
                    + "their own.", nameof(approvers));
            }
        }

        _needed = new(needed, StringComparer.Ordinal);
        foreach ((string operation, int count) in _needed)
        {
            if (count >= 2 && count <= _approvers.Count) continue;
            throw new ArgumentException(
                $"{operation} would take {count} approvals of {_approvers.Count} people: dual control takes at least 2, "
                + "and no more than there are.", nameof(needed));
        }

        Life = life ?? TimeSpan.FromHours(4);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Life, TimeSpan.Zero, nameof(life));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Life, MaxLife, nameof(life));
    }

    public IReadOnlyCollection<Approver> Approvers => _approvers.Values;

    public TimeSpan Life { get; }

    /// <summary>SHA-256 of the policy in canonical form: decisions name it.</summary>
    public Digest ContentHash
    {
        get
        {
            JsonObject people = [], operations = [];
            foreach (Approver approver in _approvers.Values) people[approver.Name] = approver.Fingerprint.ToString();
            foreach ((string operation, int count) in _needed) operations[operation] = count;
            return CanonicalJson.Hash(JsonSerializer.SerializeToElement(new JsonObject
            {
                ["approvers"] = people,
                ["operations"] = operations,
                ["life_seconds"] = Life.TotalSeconds,
            }));
        }
    }

    /// <summary>How many approvals an operation takes; 0 where it is not under dual control.</summary>
    public int Needed(string operation) => _needed.GetValueOrDefault(operation);

    public Approver? Find(string name) => _approvers.GetValueOrDefault(name);

    public Approver? FindByKey(ReadOnlySpan<byte> publicKey)
    {
        foreach (Approver approver in _approvers.Values)
        {
            if (approver.PublicKey.Span.SequenceEqual(publicKey)) return approver;
        }

        return null;
    }
}
