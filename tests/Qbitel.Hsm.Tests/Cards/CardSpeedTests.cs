using System.Globalization;
using Qbitel.Cryptography;
using Qbitel.Cryptography.BlockCiphers;
using Qbitel.Cryptography.Cards;
using Qbitel.Cryptography.Cards.Emv;
using Qbitel.Cryptography.Cards.KeyBlocks;
using Qbitel.Hsm.Tests.Cards.Issuing;
using Qbitel.Hsm.Tests.Software;
using Qbitel.Testing;

namespace Qbitel.Hsm.Tests.Cards;

/// <summary>How often a second of one processor's time card operations are done, and what they allocate.</summary>
[Trait("Soak", "card-speed")]
public sealed class CardSpeedTests(ITestOutputHelper output) : IDisposable
{
    private const string Pan = "4761739001010119";

    private readonly TokenFixture _token = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _token.Dispose();

    [Fact]
    public async Task A_token_verifies_cryptograms_and_translates_pins_fast_and_without_allocations()
    {
        await using HsmProvider hsm = await _token.CreateAsync();
        HsmKey cryptograms =
            await ImportAsync(hsm, CardKeyAlgorithm.TwoKeyTdea, CardKeyUse.Cryptograms, HostFixture.IssuerKey);
        HsmKey pin =
            await ImportAsync(hsm, CardKeyAlgorithm.TwoKeyTdea, CardKeyUse.PinEncryption, HostFixture.IssuerKey);
        byte[] aes = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
        HsmKey aesPin = await ImportAsync(hsm, CardKeyAlgorithm.Aes256, CardKeyUse.PinEncryption, aes);
        byte[] data = new byte[44], block4 = new byte[16], block0 = new byte[8], out0 = new byte[8],
            out4 = new byte[16];
        PinBlock4.Encrypt(aes, "1234", Pan, block4);
        await hsm.Cards.TranslatePinAsync(new CardPinKey(aesPin, PinBlockFormat.Iso4), block4,
            new CardPinKey(pin, PinBlockFormat.Iso0), Pan.AsMemory(), block0, allowWeaker: true, Cancel);
        CardTransaction transaction = new()
        {
            Pan = Pan.AsMemory(),
            PanSequence = "01".AsMemory(),
            MasterKey = MasterKeyDerivation.OptionA,
            SessionKey = SessionKeyDerivation.CommonSessionKey,
            Atc = new byte[] { 0, 1 },
            Cryptogram = new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 },
        };

        // The first use reads a key from its file.
        Assert.False(await hsm.Cards.VerifyCryptogramAsync(cryptograms, transaction, data, Cancel));
        Measure("ARQC verified in the token, keys derived", 100_000, () =>
            Done(hsm.Cards.VerifyCryptogramAsync(cryptograms, transaction, data, Cancel)));
        Measure("PIN 0 to 0 in the token", 200_000, () => Done(hsm.Cards.TranslatePinAsync(
            new CardPinKey(pin, PinBlockFormat.Iso0), block0, new CardPinKey(pin, PinBlockFormat.Iso0), Pan.AsMemory(),
            out0,
            false, Cancel)));
        Measure("PIN 4 to 4 in the token", 200_000, () => Done(hsm.Cards.TranslatePinAsync(
            new CardPinKey(aesPin, PinBlockFormat.Iso4), block4, new CardPinKey(aesPin, PinBlockFormat.Iso4),
            Pan.AsMemory(), out4, false, Cancel)));
        Measure("PIN 0 to 0 on spans", 200_000, () => PinTranslation.Translate(
            new PinKey(PinBlockFormat.Iso0, HostFixture.IssuerKey), block0,
            new PinKey(PinBlockFormat.Iso0, HostFixture.IssuerKey), Pan, out0));
        KeyBlockHeader header = new()
        {
            Version = 'D',
            Usage = "P0",
            Algorithm = 'T',
            Mode = 'B',
            Exportability = 'N',
        };
        string d = KeyBlock.Wrap(aes, header, HostFixture.IssuerKey);
        string b = KeyBlock.Wrap(HostFixture.IssuerKey, header with { Version = 'B' }, HostFixture.IssuerKey);
        byte[] key = new byte[32];
        Measure("TR-31 D unwrapped", 100_000, () => KeyBlock.Unwrap(aes, d, key, out _));
        Measure("TR-31 B unwrapped", 100_000, () => KeyBlock.Unwrap(HostFixture.IssuerKey, b, key, out _));
        Measure("CVV verified", 100_000, () => CardVerificationValue.Verify(
            HostFixture.IssuerKey, Pan, "2812", "000", "123"));
    }

    // The token works on the thread that asks, once its keys are in memory: so its time is this thread's.
    private static void Done(ValueTask call)
    {
        if (!call.IsCompletedSuccessfully) throw new InvalidOperationException("it was not done on this thread");
    }

    private static void Done(ValueTask<bool> call)
    {
        if (!call.IsCompletedSuccessfully) throw new InvalidOperationException("it was not done on this thread");
    }

    private void Measure(string what, int target, Action operation)
    {
        int warm = Soak.Times(300, 50_000), times = Soak.Times(300, 200_000);
        for (int i = 0; i < warm; i++) operation();
        double best = double.MaxValue;
        long allocated = 0;
        for (int round = 0; round < Soak.Times(1, 5); round++)
        {
            long bytes = GC.GetAllocatedBytesForCurrentThread(), before = ThreadNanoseconds();
            for (int i = 0; i < times; i++) operation();
            best = Math.Min(best, (ThreadNanoseconds() - before) / (double)times);
            allocated = (GC.GetAllocatedBytesForCurrentThread() - bytes) / times;
        }

        double rate = 1_000_000_000 / best;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what}: {rate:N0} a second of processor time ({best / 1000:F2} us), {allocated} B"));
        if (Soak.IsOn) Assert.InRange(rate, target, double.MaxValue);
    }

    // proc(5), schedstat: what the thread spent on the processor. Other programs on the machine do not count.
    private static long ThreadNanoseconds() => long.Parse(
        File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture);

    private static ValueTask<HsmKey> ImportAsync(
        HsmProvider hsm, CardKeyAlgorithm algorithm, CardKeyUse use, byte[] key) =>
        hsm.Cards.ImportAsync(HostFixture.Name(), algorithm, use, isExportable: false, key, Cancel);
}
