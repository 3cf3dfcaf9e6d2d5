using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Qbitel.Cryptography;

namespace Qbitel.Hsm.Pools;

/// <summary>
/// Who does what: calls go to members that are well and have shown that they hold the key, one after the other.
/// </summary>
internal sealed class PoolRoutes(
    IReadOnlyList<PoolMember> members, HsmPoolOptions options, PoolMetrics metrics, Action<HsmPoolAlert> alert)
{
    private readonly KeyHolders _holders = new();
    private uint _turn;

    public IEnumerable<Holding> Known => _holders.All;

    /// <summary>A call that may be made twice, by a key's holders until one of them has done it.</summary>
    /// <param name="operation">For messages and measures.</param>
    /// <param name="key">Proven at every member before it is used there.</param>
    /// <param name="protects">It makes something new: active members only.</param>
    /// <param name="work">The call.</param>
    /// <param name="cancellationToken">The caller's: when it goes, nobody else is asked.</param>
    /// <exception cref="HsmException">No holder could do it.</exception>
    public async ValueTask<T> RunAsync<T>(
        HsmOperation operation, HsmKey key, bool protects, Func<HsmProvider, CancellationToken, ValueTask<T>> work,
        CancellationToken cancellationToken)
    {
        Holding holding = _holders.Of(key);
        HsmException? last = null;
        int tried = 0;
        for (; ; )
        {
            PoolMember? next = Next(holding.Holds & ~tried, protects, each => each.Supports(operation, key.Algorithm));
            if (next is null)
            {
                // Nobody who is known to hold it is left: then those who have not been asked.
                int unasked = Healthy() & ~holding.Asked & ~tried;
                if (unasked == 0) throw Nobody(operation, holding, protects, last);
                await AskAsync(holding, unasked, cancellationToken);
                tried |= unasked & ~holding.Asked; // no answer from these: not now
                continue;
            }

            if (last is not null) metrics.FailedOver(operation);
            tried |= next.Bit;
            try
            {
                return await next.CallAsync(operation, work, cancellationToken);
            }
            catch (HsmException error) when (IsOfMember(error, holding, next))
            {
                last = error;
            }
        }
    }

    /// <summary>The same with a key or two, both of which one member must hold.</summary>
    public async ValueTask<T> RunTogetherAsync<T>(HsmOperation operation, HsmKey[] keys, bool protects,
        Func<HsmProvider, CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(keys.Length, 2, nameof(keys));
        if (keys.Length == 1 || keys[0].IsSameKeyAs(keys[1]))
            return await RunAsync(operation, keys[0], protects, work, cancellationToken);

        Holding one = _holders.Of(keys[0]), other = _holders.Of(keys[1]);
        HsmException? last = null;
        int tried = 0;
        for (; ; )
        {
            PoolMember? next = Next(one.Holds & other.Holds & ~tried, protects, each =>
                each.Supports(operation, keys[0].Algorithm) && each.Supports(operation, keys[1].Algorithm));
            if (next is null)
            {
                int unasked = Healthy() & ~(one.Asked & other.Asked) & ~tried;
                if (unasked == 0) throw Nobody(operation, other.Holds == 0 ? other : one, protects, last);
                await AskAsync(one, unasked & ~one.Asked, cancellationToken);
                await AskAsync(other, unasked & ~other.Asked, cancellationToken);
                tried |= unasked & ~(one.Asked & other.Asked);
                continue;
            }

            if (last is not null) metrics.FailedOver(operation);
            tried |= next.Bit;
            try
            {
                return await next.CallAsync(operation, work, cancellationToken);
            }
            catch (HsmException error) when (error.Failure is HsmFailure.KeyMissing or HsmFailure.KeyConflict
                or HsmFailure.Damaged)
            {
                // Which of the two it means cannot be told: it shows both again.
                one.Forget(next);
                other.Forget(next);
                alert(new HsmPoolAlert(
                    error.Failure == HsmFailure.KeyMissing ? HsmPoolAlertKind.KeyLost : HsmPoolAlertKind.KeyConflict,
                    next.Name,
                        $"{next.Name} does not use the keys {one.Key} and {other.Key} together: {error.Message}"));
                last = error;
            }
            catch (HsmException error) when (error.Failure is HsmFailure.Unavailable or HsmFailure.WrongSecret)
            {
                last = error;
            }
        }
    }

    /// <exception cref="HsmException">Not all members are well.</exception>
    public void RequireAll(HsmOperation operation, string what)
    {
        if (members.Any(m => !m.IsHealthy))
            throw Unavailable(operation, $"{what}, and not all are well ({States()}).", null);
    }

    /// <summary>A call that any member can do.</summary>
    public async ValueTask<T> RunAnyAsync<T>(
        HsmOperation operation, Func<HsmProvider, CancellationToken, ValueTask<T>> work,
        CancellationToken cancellationToken)
    {
        HsmException? last = null;
        for (int left = Healthy(); Next(left, protects: true, _ => true) is { } next; left &= ~next.Bit)
        {
            try
            {
                return await next.CallAsync(operation, work, cancellationToken);
            }
            catch (HsmException error) when (error.Failure is HsmFailure.Unavailable or HsmFailure.WrongSecret)
            {
                last = error;
            }
        }

        throw Unavailable(operation, $"no active member can do it ({States()}).", last);
    }

    /// <summary>
    /// The one member where a key of this name is made, whoever asks and whenever: highest random weight.
    /// </summary>
    public PoolMember Home(TokenKeyId id, KeyAlgorithm algorithm)
    {
        foreach (PoolMember member in members.Where(m => m.Role == HsmPoolRole.Active)
            .OrderByDescending(m => Weight(m.Name, id)))
        {
            if (!member.IsHealthy)
            {
                throw Unavailable(HsmOperation.GenerateKey,
                    $"keys of this name are made at {member.Name}, which is {member.State}. They are made nowhere "
                    + "else, so that no two keys have one name.", null);
            }

            if (member.Provider!.Supports(HsmOperation.GenerateKey, algorithm)) return member;
        }

        throw new NotSupportedException($"No active member makes {algorithm} keys.");
    }

    public void Destroyed(TokenKeyId id) => _holders.Remove(id);

    public void Forget(PoolMember member) => _holders.Forget(member);

    public void Found(HsmKey key, PoolMember member) => _holders.Of(key).Found(member);

    /// <summary>Asks members whether they hold exactly this key.</summary>
    public async Task AskAsync(Holding holding, int whom, CancellationToken cancellationToken) =>
        await Task.WhenAll(members.Where(m => (m.Bit & whom) != 0).Select(async member =>
        {
            try
            {
                HsmKey? found = await member.CallAsync(
                    HsmOperation.Find, (hsm, cancel) => hsm.FindAsync(holding.Key.Id, cancel), cancellationToken);
                if (found is null) holding.Missing(member);
                else if (found.IsSameKeyAs(holding.Key)) holding.Found(member);
                else Conflict(holding, member, "has another key of that name");
            }
            catch (HsmException error) when (error.Failure is HsmFailure.KeyConflict or HsmFailure.Damaged)
            {
                Conflict(holding, member, error.Message);
            }
            catch (HsmException)
            {
                // no answer is no proof: it is asked again
            }
        }));

    public int Healthy() => members.Where(m => m.IsHealthy).Aggregate(0, (bits, m) => bits | m.Bit);

    public string States() => string.Join(", ", members.Select(m => $"{m.Name}: {m.State}"));

    public static HsmException Unavailable(HsmOperation operation, string message, Exception? inner) =>
        new(HsmPool.PoolName, operation, HsmFailure.Unavailable, message, isTransient: true, inner);

    /// <summary>True where the error is of this member and another one may do better.</summary>
    private bool IsOfMember(HsmException error, Holding holding, PoolMember member)
    {
        switch (error.Failure)
        {
            case HsmFailure.Unavailable or HsmFailure.WrongSecret:
                return true;
            case HsmFailure.KeyMissing:
                holding.Missing(member);
                alert(new HsmPoolAlert(HsmPoolAlertKind.KeyLost, member.Name,
                    $"{member.Name} no longer has the key {holding.Key}."));
                return true;
            case HsmFailure.KeyConflict or HsmFailure.Damaged:
                Conflict(holding, member, error.Message);
                return true;
            default:
                return false;
        }
    }

    private void Conflict(Holding holding, PoolMember member, string what)
    {
        if (!holding.Conflicting(member)) return;
        alert(new HsmPoolAlert(HsmPoolAlertKind.KeyConflict, member.Name,
            $"{member.Name} is not used for the key {holding.Key}: {what}"));
    }

    private PoolMember? Next(int among, bool protects, Func<HsmProvider, bool> can)
    {
        PoolMember? best = null;
        bool isStandby = true;
        uint turn = options.Routing == HsmPoolRouting.RoundRobin ? Interlocked.Increment(ref _turn) : 0;
        int count = members.Count;
        for (int i = 0; i < count; i++)
        {
            PoolMember member = members[(int)((turn + (uint)i) % (uint)count)];
            if ((among & member.Bit) == 0 || !member.IsHealthy || member.Provider is not { } provider || !can(provider))
                continue;
            bool standby = member.Role == HsmPoolRole.Standby;
            if (standby && (protects || (best is not null && !isStandby))) continue;
            if (best is not null && standby == isStandby
                && (options.Routing == HsmPoolRouting.RoundRobin || member.Load >= best.Load))
            {
                continue;
            }

            best = member;
            isStandby = standby;
        }

        return best;
    }

    private HsmException Nobody(HsmOperation operation, Holding holding, bool protects, HsmException? last)
    {
        int all = members.Aggregate(0, (bits, m) => bits | m.Bit);
        if (holding.Holds == 0 && holding.Asked == all)
        {
            return holding.Conflicts == 0
                ? new HsmException(HsmPool.PoolName, operation, HsmFailure.KeyMissing,
                    $"no member has a key {holding.Key.Id}.", inner: last)
                : new HsmException(HsmPool.PoolName, operation, HsmFailure.KeyConflict,
                    $"the key {holding.Key.Id} is another one than described, in {Names(holding.Conflicts)}.",
                    inner: last);
        }

        bool readOnly = protects && members.Any(m => m is { Role: HsmPoolRole.Standby, IsHealthy: true }
            && (m.Bit & holding.Holds) != 0);
        string held = holding.Holds == 0 ? "nobody has shown that it holds it"
            : $"it is held by {Names(holding.Holds)}";
        return Unavailable(operation, readOnly
            ? $"the key {holding.Key.Id} can be verified and decrypted with only: {held} ({States()})."
            : $"no healthy member can use the key {holding.Key.Id}: {held} ({States()}).", last);
    }

    private string Names(int bits) => string.Join(", ", members.Where(m => (m.Bit & bits) != 0).Select(m => m.Name));

    private static ulong Weight(string name, TokenKeyId id)
    {
        byte[] input = [.. Encoding.UTF8.GetBytes(name), 0, .. new byte[TokenKeyId.Size]];
        id.WriteTo(input.AsSpan(^TokenKeyId.Size..));
        return BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(input));
    }
}
