using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Hsm.Pkcs11;
using Qbitel.Hsm.Pkcs11.Interop;
using Qbitel.Hsm.Pkcs11.Sessions;

namespace Qbitel.Hsm.Benchmarks;

/// <summary>
/// C_SignInit and C_Sign with the same key, each caller in a session that is open already, and nothing around them.
/// </summary>
internal sealed class RawSignatures : IDisposable
{
    private readonly Pkcs11Module _module;
    private readonly Ckm _mechanism;
    private readonly byte[] _input;
    private readonly int _size;
    private readonly List<Session> _sessions = [];
    private readonly ulong _key;

    private RawSignatures(Pkcs11Token token, TokenKeyId id, Ckm mechanism, byte[] input, int size, int callers)
    {
        _module = token.Module;
        _mechanism = mechanism;
        _input = input;
        _size = size;
        _module.Enter(); // no renewal meanwhile
        try
        {
            for (int i = 0; i < callers; i++) _sessions.Add(Session.Open(token.Connection));
            byte[] name = new byte[TokenKeyId.Size];
            id.WriteTo(name);
            using Template template = new();
            template.Add(Cka.Id, name).Add(Cka.Class, (ulong)Cko.PrivateKey);
            _key = _sessions[0].FindObjects(template).Single();
        }
        finally
        {
            _module.Leave();
        }
    }

    /// <summary>Null where the signature is not one bare call.</summary>
    public static RawSignatures? Of(Pkcs11Token token, HsmKey key, byte[] data, int callers) =>
        key.Algorithm == SignatureAlgorithm.EcdsaP256
            ? new RawSignatures(token, key.Id, Ckm.Ecdsa, SHA256.HashData(data), 64, callers)
        : key.Algorithm == SignatureAlgorithm.MLDsa65
            ? new RawSignatures(token, key.Id, Ckm.MlDsa, data, SignatureAlgorithm.MLDsa65.SignatureSize, callers)
        : null;

    /// <summary>Microseconds of each call.</summary>
    /// <exception cref="InvalidOperationException">The module was renewed since the sessions were opened.</exception>
    public async Task<List<double>> TurnAsync(TimeSpan turn, TimeProvider time, CancellationToken cancellationToken)
    {
        List<double>[] all = await Task.WhenAll(_sessions.Select(async session =>
        {
            await Task.Yield(); // as many threads of the pool as the provider's callers have
            return Sign(session, turn, time, cancellationToken);
        }));
        return [.. all.SelectMany(each => each)];
    }

    public void Dispose()
    {
        _module.Enter();
        try
        {
            foreach (Session session in _sessions)
                if (session.Epoch == _module.Epoch) session.Close();
        }
        finally
        {
            _module.Leave();
        }
    }

    private List<double> Sign(Session session, TimeSpan turn, TimeProvider time, CancellationToken cancellationToken)
    {
        List<double> took = [];
        _module.Enter();
        try
        {
            if (session.Epoch != _module.Epoch)
                throw new InvalidOperationException("The module was renewed while it was measured. Measure again.");
            long start = time.GetTimestamp();
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                long began = time.GetTimestamp();
                session.Sign(new CkMechanism { Type = _mechanism }, _key, _input, _size);
                took.Add(time.GetElapsedTime(began).TotalMicroseconds);
            }
            while (time.GetElapsedTime(start) < turn);
        }
        finally
        {
            _module.Leave();
        }

        return took;
    }
}
