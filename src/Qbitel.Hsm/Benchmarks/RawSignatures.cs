using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Hsm.Pkcs11;
using Qbitel.Hsm.Pkcs11.Interop;
using Qbitel.Hsm.Pkcs11.Sessions;

namespace Qbitel.Hsm.Benchmarks;

/// <summary>C_SignInit and C_Sign with the same key, each thread in a session of its own, and nothing around them.</summary>
internal sealed class RawSignatures
{
    private readonly Pkcs11Token _token;
    private readonly TokenKeyId _id;
    private readonly Ckm _mechanism;
    private readonly byte[] _input;
    private readonly int _size;

    private RawSignatures(Pkcs11Token token, TokenKeyId id, Ckm mechanism, byte[] input, int size)
    {
        _token = token;
        _id = id;
        _mechanism = mechanism;
        _input = input;
        _size = size;
    }

    /// <summary>Null where the signature is not one bare call.</summary>
    public static RawSignatures? Of(Pkcs11Token token, HsmKey key, byte[] data) =>
        key.Algorithm == SignatureAlgorithm.EcdsaP256
            ? new RawSignatures(token, key.Id, Ckm.Ecdsa, SHA256.HashData(data), 64)
        : key.Algorithm == SignatureAlgorithm.MLDsa65
            ? new RawSignatures(token, key.Id, Ckm.MlDsa, data, SignatureAlgorithm.MLDsa65.SignatureSize)
        : null;

    public async Task<List<double>> TurnAsync(
        TimeSpan turn, int callers, TimeProvider time, CancellationToken cancellationToken)
    {
        List<double>[] all = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Factory.StartNew(
            () => Sign(turn, time, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        return [.. all.SelectMany(each => each)];
    }

    private List<double> Sign(TimeSpan turn, TimeProvider time, CancellationToken cancellationToken)
    {
        List<double> took = [];
        _token.Module.Enter(); // no renewal meanwhile
        try
        {
            Session session = Session.Open(_token.Connection);
            try
            {
                byte[] id = new byte[TokenKeyId.Size];
                _id.WriteTo(id);
                using Template template = new();
                template.Add(Cka.Id, id).Add(Cka.Class, (ulong)Cko.PrivateKey);
                ulong key = session.FindObjects(template).Single();
                long start = time.GetTimestamp();
                do
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    long began = time.GetTimestamp();
                    session.Sign(new CkMechanism { Type = _mechanism }, key, _input, _size);
                    took.Add(time.GetElapsedTime(began).TotalMicroseconds);
                }
                while (time.GetElapsedTime(start) < turn);
            }
            finally
            {
                session.Close();
            }
        }
        finally
        {
            _token.Module.Leave();
        }

        return took;
    }
}
