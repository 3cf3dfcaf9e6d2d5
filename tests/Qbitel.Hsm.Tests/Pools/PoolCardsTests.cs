using Qbitel.Cryptography;
using Qbitel.Cryptography.BlockCiphers;
using Qbitel.Cryptography.Cards;
using Qbitel.Cryptography.Cards.Emv;
using Qbitel.Hsm.Pools;
using static Qbitel.Hsm.Tests.Software.TokenFixture;

namespace Qbitel.Hsm.Tests.Pools;

/// <summary>Card keys through a pool: who gets a call, what happens when a member goes, and what is refused.</summary>
public sealed class PoolCardsTests : IDisposable
{
    private const string Pan = "1234567890123456";

    // The worked example of Visa CVN 10 of the contract.
    private static readonly byte[] Issuer = Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210");
    private static readonly byte[] Cryptogram = Convert.FromHexString("29CCA15AE665FA2E");
    private static readonly byte[] Data = Convert.FromHexString(
        "000000004000" + "000000000000" + "0124" + "8000048000" + "0124" + "191105" + "01" + "52BF4585" + "1800"
        + "001C"
        + "03A06010");

    private readonly PoolFixture _fixture = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private SwitchedToken A => _fixture.Switches["a"];

    private SwitchedToken B => _fixture.Switches["b"];

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_member_that_dies_in_the_middle_costs_no_answer_and_no_wrong_one()
    {
        await using HsmPool pool = await _fixture.OpenAsync();
        Keys keys = await ImportAsync(pool);
        int done = 0;
        bool[] isOut = new bool[1];

        // Before the call, or after its work: then the answer is lost that another member has to give.
        A.Before = async (_, _) =>
        {
            if (!Volatile.Read(ref isOut[0])) return;
            await Task.Yield();
            throw new HsmException("a", HsmOperation.CardValue, HsmFailure.Unavailable, "the plug is out", true);
        };
        Task[] callers = [.. Enumerable.Range(0, 16).Select(async _ =>
        {
            for (int i = 0; i < 50; i++)
            {
                await keys.CheckAsync(pool.Cards);
                if (Interlocked.Increment(ref done) == 300) Volatile.Write(ref isOut[0], true);
            }
        })];

        await Task.WhenAll(callers);

        Assert.Equal(800, done);
        Assert.True(Volatile.Read(ref isOut[0]));
        Assert.Equal(HsmMemberState.Out, pool.Members[0].State);
        Assert.True(pool.Members[0].Failures > 0, "calls were with it when it died");
    }

    [Fact]
    public async Task An_answer_that_comes_late_reaches_nobody()
    {
        await using HsmPool pool = await _fixture.OpenAsync();
        Keys keys = await ImportAsync(pool);
        TaskCompletionSource goes = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource hangs = new(TaskCreationOptions.RunContinuationsAsynchronously);
        A.Before = async (operation, _) =>
        {
            if (operation != HsmOperation.TranslatePin) return;
            hangs.TrySetResult();
            await goes.Task;
        };
        byte[] block = keys.Block(), translated = new byte[16];
        Task call;
        do
        {
            // Round robin: the first or the second of them is with the member that hangs.
            call = pool.Cards.TranslatePinAsync(new CardPinKey(keys.Terminal, PinBlockFormat.Iso0), block,
                new CardPinKey(keys.Acquirer, PinBlockFormat.Iso4), Pan.AsMemory(), translated, false, Stop).AsTask();
            await Task.WhenAny(call, hangs.Task);
        }
        while (!hangs.Task.IsCompleted);

        _fixture.Time.Advance(TimeSpan.FromSeconds(6)); // longer than the pool waits for one member
        await call;
        byte[] kept = [.. translated];
        Assert.True(await keys.VerifiesAsync(pool.Cards, kept));
        goes.SetResult();
        for (int i = 0; i < 100 && pool.Members[0].InFlight > 0; i++) await Task.Yield();
        A.Work();

        Assert.Equal(kept, translated); // format 4 has random padding: a second answer would show
    }

    [Fact]
    public async Task All_keys_of_a_call_are_in_one_member()
    {
        await using HsmPool pool = await _fixture.OpenAsync();
        Keys keys = await ImportAsync(pool);
        await A.DestroyAsync(keys.Terminal.Id, Stop); // by the vendor's tool
        await B.DestroyAsync(keys.Verifier.Id, Stop);
        byte[] translated = new byte[16];

        await pool.Cards.TranslatePinAsync(new CardPinKey(keys.Terminal, PinBlockFormat.Iso0), keys.Block(),
            new CardPinKey(keys.Acquirer, PinBlockFormat.Iso4), Pan.AsMemory(), translated, false, Stop);
        Assert.True(await keys.VerifiesAsync(pool.Cards, translated));

        await A.DestroyAsync(keys.Acquirer.Id, Stop);
        HsmException nobody = await Assert.ThrowsAsync<HsmException>(
            async () => await keys.VerifiesAsync(pool.Cards, translated));
        Assert.Equal(HsmFailure.Unavailable, nobody.Failure);
        Assert.Contains(_fixture.Alerts, alert => alert.Kind == HsmPoolAlertKind.KeyLost);
    }

    [Fact]
    public async Task A_standby_verifies_and_makes_nothing()
    {
        HsmPoolMember[] members = [await _fixture.NewAsync(0), await _fixture.NewAsync(1)];
        members[1] = members[1] with { Role = HsmPoolRole.Standby };
        await using HsmPool pool = await _fixture.OpenAsync(members);
        Keys keys = await ImportAsync(pool);
        A.Fail();
        for (int i = 0; i < 3; i++) await pool.ProbeAsync(Stop);

        Assert.True(await pool.Cards.VerifyCryptogramAsync(keys.Cryptograms, Transaction(), Data, Stop));
        HsmException refused = await Assert.ThrowsAsync<HsmException>(async () => await pool.Cards.AnswerByMethod1Async(
            keys.Cryptograms, Transaction(), "00"u8.ToArray(), new byte[8], Stop));
        Assert.Contains("verifies and decrypts only", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_taken_in_by_all_members_or_by_none()
    {
        await using HsmPool pool = await _fixture.OpenAsync();
        B.Before = (operation, _) => operation == HsmOperation.ImportCardKey
            ? Task.FromException(new HsmException("b", operation, HsmFailure.Unavailable, "switched off", true))
            : Task.CompletedTask;
        HsmException half = await Assert.ThrowsAsync<HsmException>(async () => await ImportAsync(pool));
        Assert.True(half.IsTransient);
        Assert.Contains("Repeat it", half.Message, StringComparison.Ordinal);

        B.Work();
        Keys keys = await ImportAsync(pool);
        Assert.Equal(["a", "b"], await pool.HoldersAsync(keys.Cryptograms, Stop));

        B.Fail();
        for (int i = 0; i < 3; i++) await pool.ProbeAsync(Stop);
        int calls = A.Calls;
        await Assert.ThrowsAsync<HsmException>(async () => await pool.Cards.ImportAsync(
            Id(99), CardKeyAlgorithm.TwoKeyTdea, CardKeyUse.RetailMac, false, Issuer, Stop));
        Assert.Equal(calls, A.Calls);
    }

    [Fact]
    public async Task Another_key_of_the_name_is_refused_and_no_key_is_made()
    {
        await using HsmPool pool = await _fixture.OpenAsync();
        await B.Cards.ImportAsync(Id(1), CardKeyAlgorithm.TwoKeyTdea, CardKeyUse.Cryptograms, false,
            Convert.FromHexString("1123456789ABCDEFFEDCBA9876543211"), Stop);

        HsmException conflict = await Assert.ThrowsAsync<HsmException>(async () => await ImportAsync(pool));
        Assert.Equal(HsmFailure.KeyConflict, conflict.Failure);
        HsmException made = await Assert.ThrowsAsync<HsmException>(async () => await pool.Cards.GenerateAsync(
            Id(50), CardKeyAlgorithm.TwoKeyTdea, CardKeyUse.RetailMac, false, Stop));
        Assert.Equal(HsmFailure.Unsupported, made.Failure);
        Assert.Contains("Make it in one member", made.Message, StringComparison.Ordinal);
    }

    private static CardTransaction Transaction() => new()
    {
        Pan = Pan.AsMemory(),
        PanSequence = "00".AsMemory(),
        MasterKey = MasterKeyDerivation.OptionA,
        SessionKey = SessionKeyDerivation.None,
        Padding = MacPadding.Zeros,
        Atc = Convert.FromHexString("001C"),
        Cryptogram = Cryptogram,
    };

    private static async Task<Keys> ImportAsync(HsmPool pool)
    {
        byte[] terminal = Convert.FromHexString("1123456789ABCDEFFEDCBA9876543211");
        byte[] acquirer = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
        return new Keys(
            await pool.Cards.ImportAsync(
                Id(1), CardKeyAlgorithm.TwoKeyTdea, CardKeyUse.Cryptograms, false, Issuer, Stop),
            await pool.Cards.ImportAsync(
                Id(2), CardKeyAlgorithm.TwoKeyTdea, CardKeyUse.CardVerification, false, Issuer, Stop),
            await pool.Cards.ImportAsync(
                Id(3), CardKeyAlgorithm.TwoKeyTdea, CardKeyUse.PinEncryption, false, terminal, Stop),
            await pool.Cards.ImportAsync(
                Id(4), CardKeyAlgorithm.Aes256, CardKeyUse.PinEncryption, false, acquirer, Stop),
            await pool.Cards.ImportAsync(
                Id(5), CardKeyAlgorithm.TwoKeyTdea, CardKeyUse.PinVerificationVisa, false, Issuer, Stop),
            terminal, acquirer);
    }

    private sealed record Keys(HsmKey Cryptograms, HsmKey Values, HsmKey Terminal, HsmKey Acquirer, HsmKey Verifier,
        byte[] TerminalKey, byte[] AcquirerKey)
    {
        /// <summary>Format 0 with the PIN 1234, made by the algorithm itself.</summary>
        public byte[] Block()
        {
            byte[] iso4 = new byte[16], iso0 = new byte[8];
            PinBlock4.Encrypt(AcquirerKey, "1234", Pan, iso4);
            PinTranslation.Translate(new PinKey(PinBlockFormat.Iso4, AcquirerKey), iso4,
                new PinKey(PinBlockFormat.Iso0, TerminalKey), Pan, iso0, allowWeaker: true);
            return iso0;
        }

        public async Task<bool> VerifiesAsync(HsmCards cards, byte[] iso4)
        {
            char[] value = new char[4];
            PinVerificationValue.Compute(Issuer, "1", Pan, "1234", value);
            return await cards.VerifyPinAsync(new CardPinKey(Acquirer, PinBlockFormat.Iso4), iso4, Pan.AsMemory(),
                new CardPinReference(Verifier, value, "1".AsMemory()), Stop);
        }

        /// <summary>Every kind of answer, right ones and refusals, against the algorithms.</summary>
        public async Task CheckAsync(HsmCards cards)
        {
            Assert.True(await cards.VerifyCryptogramAsync(Cryptograms, Transaction(), Data, Stop));
            Assert.False(await cards.VerifyCryptogramAsync(Cryptograms, Transaction(), new byte[Data.Length], Stop));
            byte[] answer = new byte[8];
            await cards.AnswerByMethod1Async(Cryptograms, Transaction(), "00"u8.ToArray(), answer, Stop);
            Assert.Equal("28993816AFAE4AEB", Convert.ToHexString(answer));
            char[] digits = new char[3], expected = new char[3];
            CardValueData about = new("4123456789012345".AsMemory(), "8701".AsMemory(), "101".AsMemory());
            await cards.ComputeCardValueAsync(Values, about, digits, Stop);
            CardVerificationValue.Compute(Issuer, about.Pan.Span, about.Expiry.Span, about.ServiceCode.Span, expected);
            Assert.Equal(new string(expected), new string(digits));
            Assert.True(await cards.VerifyCardValueAsync(Values, about, expected, Stop));
            byte[] translated = new byte[16];
            await cards.TranslatePinAsync(new CardPinKey(Terminal, PinBlockFormat.Iso0), Block(),
                new CardPinKey(Acquirer, PinBlockFormat.Iso4), Pan.AsMemory(), translated, false, Stop);
            Assert.True(await VerifiesAsync(cards, translated));
        }
    }
}
