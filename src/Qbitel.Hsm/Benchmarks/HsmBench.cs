using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Governance;
using Qbitel.Hsm.Pkcs11;

namespace Qbitel.Hsm.Benchmarks;

/// <summary>Measures a provider with keys of its own, which it makes and destroys again.</summary>
/// <remarks>
/// Figures are of this machine at this time. Where the provider is a PKCS#11 token, signing is measured in short turns
/// with the bare calls of the same module, so that a busy machine disturbs both alike; and the processor's time of this
/// process is measured, which others on the machine cannot take away. Its lists of times are a part of both.
/// </remarks>
public sealed class HsmBench(HsmProvider provider, TimeProvider time)
{
    // Short ones: what else the machine does changes from one second to the next.
    private const int Turns = 20;

    private static readonly KeyId Name = new(new Guid("7fa1c2d0-6a3e-4d0f-9a51-0c3b5f7e9d22"));

    private static readonly KeyAlgorithm[] Algorithms =
    [
        SignatureAlgorithm.EcdsaP256, SignatureAlgorithm.Ed25519, SignatureAlgorithm.MLDsa65,
        SignatureAlgorithm.MLDsa65Ed25519, KemAlgorithm.MLKem768, KemAlgorithm.XWing, CipherAlgorithm.Aes256Gcm,
    ];

    private readonly byte[] _data = RandomNumberGenerator.GetBytes(256);

    /// <summary>Measures all that the provider supports of a fixed list of algorithms.</summary>
    /// <param name="each">How long each measurement takes.</param>
    /// <param name="callers">Numbers of callers; the first is what the others are compared with.</param>
    /// <param name="cancellationToken">Ends it; the keys are destroyed all the same.</param>
    public async Task<HsmBenchReport> RunAsync(
        TimeSpan each, IReadOnlyList<int> callers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(callers);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(each, TimeSpan.Zero, nameof(each));
        List<HsmBenchRow> rows = [];
        for (int i = 0; i < Algorithms.Length; i++)
        {
            KeyAlgorithm algorithm = Algorithms[i];
            if (!provider.Supports(HsmOperation.GenerateKey, algorithm)) continue;
            TokenKeyId id = TokenKeyId.Derive(Name, i + 1);
            try
            {
                HsmKey key = await provider.GenerateKeyAsync(id, algorithm, cancellationToken);
                foreach ((HsmOperation operation, Func<ValueTask> call) in await CallsAsync(key, cancellationToken))
                {
                    double? single = null;
                    foreach (int count in callers)
                    {
                        HsmBenchRow row = await MeasureAsync(key, operation, call, each, count, cancellationToken);
                        single ??= row.PerSecond;
                        rows.Add(row with { Scaling = row.PerSecond / single.Value });
                    }
                }
            }
            finally
            {
                await provider.DestroyAsync(id, CancellationToken.None);
            }
        }

        return new HsmBenchReport(provider.Name, rows);
    }

    private async Task<List<(HsmOperation Operation, Func<ValueTask> Call)>> CallsAsync(
        HsmKey key, CancellationToken cancellationToken)
    {
        switch (key.Algorithm)
        {
            case SignatureAlgorithm:
                return
                [
                    (HsmOperation.Sign,
                        async () => await provider.SignAsync(key, _data, default, cancellationToken)),
                ];
            case KemAlgorithm kem:
                byte[] ciphertext = new byte[kem.CiphertextSize], secret = new byte[kem.SharedSecretSize];
                using (KemKey publicKey = KemKeys.ImportPublic(kem, key.PublicKey.Span))
                    publicKey.Encapsulate(ciphertext, secret);
                return [(HsmOperation.Decapsulate, async () => CryptographicOperations.ZeroMemory(
                    await provider.DecapsulateAsync(key, ciphertext, cancellationToken)))];
            default:
                byte[] container = await provider.EncryptAsync(key, _data, default, cancellationToken);
                return
                [
                    (HsmOperation.Encrypt,
                        async () => await provider.EncryptAsync(key, _data, default, cancellationToken)),
                    (HsmOperation.Decrypt,
                        async () => await provider.DecryptAsync(key, container, default, cancellationToken)),
                ];
        }
    }

    private async Task<HsmBenchRow> MeasureAsync(
        HsmKey key, HsmOperation operation, Func<ValueTask> call, TimeSpan each, int callers,
        CancellationToken cancellationToken)
    {
        using RawSignatures? raw = operation == HsmOperation.Sign && provider is Pkcs11Token token
            ? RawSignatures.Of(token, key, _data, callers) : null;
        TimeSpan turn = each / (Turns * (raw is null ? 1 : 2));
        Spent ours = default, bare = default;
        List<double> took = [], ratios = [];
        await TurnAsync(call, turn / 2, callers, cancellationToken); // warms up
        for (int i = 0; i < Turns; i++)
        {
            Spent mine = default, theirs = default;
            foreach (bool isRaw in i % 2 == 0 ? (bool[])[false, true] : [true, false]) // neither is always the first
            {
                if (isRaw && raw is null) continue;
                Spent before = Spent.Now(time);
                List<double> calls = isRaw ? await raw!.TurnAsync(turn, time, cancellationToken)
                    : await TurnAsync(call, turn, callers, cancellationToken);
                Spent spent = Spent.Now(time).Since(before, calls.Count);
                if (isRaw)
                {
                    theirs = spent;
                }
                else
                {
                    mine = spent;
                    took.AddRange(calls);
                }
            }

            ours = ours.And(mine);
            bare = bare.And(theirs);
            if (raw is not null) ratios.Add(mine.Seconds / mine.Calls / (theirs.Seconds / theirs.Calls));
        }

        took.Sort();
        ratios.Sort();
        return new HsmBenchRow(operation, key.Algorithm.Name, callers, ours.Calls / ours.Seconds,
            TimeSpan.FromMicroseconds(took[took.Count / 2]), TimeSpan.FromMicroseconds(took[(int)(took.Count * 0.99)]),
            1,
            raw is null ? null : ratios[ratios.Count / 2])
        {
            Processor = TimeSpan.FromSeconds(ours.Processor / ours.Calls),
            ProcessorOverRaw = raw is null ? null : ours.Processor / ours.Calls / (bare.Processor / bare.Calls),
            AllocatedBytes = (long)(ours.Allocated / ours.Calls),
        };
    }

    private async Task<List<double>> TurnAsync(
        Func<ValueTask> call, TimeSpan turn, int callers, CancellationToken cancellationToken)
    {
        List<double>[] all = await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            await Task.Yield(); // a provider that works on its caller's thread has as many threads as callers
            List<double> took = [];
            long start = time.GetTimestamp();
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                long began = time.GetTimestamp();
                await call();
                took.Add(time.GetElapsedTime(began).TotalMicroseconds);
            }
            while (time.GetElapsedTime(start) < turn);
            return took;
        }));
        return [.. all.SelectMany(each => each)];
    }

    /// <summary>What calls have cost: seconds of the clock and of the processor, and bytes.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Spent(double Seconds, double Processor, double Allocated, int Calls)
    {
        public static Spent Now(TimeProvider time) => new(
            time.GetTimestamp() / (double)time.TimestampFrequency, ProcessorTime.OfProcess().TotalSeconds,
            GC.GetTotalAllocatedBytes(), 0);

        public Spent Since(Spent before, int calls) => new(
            Seconds - before.Seconds, Processor - before.Processor, Allocated - before.Allocated, calls);

        public Spent And(Spent more) => new(
            Seconds + more.Seconds, Processor + more.Processor, Allocated + more.Allocated, Calls + more.Calls);
    }
}
