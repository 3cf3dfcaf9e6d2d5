using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Qbitel.Cryptography.BlockCiphers;
using Qbitel.Cryptography.Cards;
using Qbitel.Cryptography.Cards.Emv;
using Qbitel.Protocols;
using Qbitel.Protocols.Emv;
using Qbitel.Protocols.Iso8583;

namespace Qbitel.Hsm.Cards.Issuing;

/// <summary>
/// The issuer's side of a card authorisation: a request with chip data in, an answer with the issuer's own cryptogram
/// out.
/// </summary>
/// <remarks>
/// Safe for concurrent use. A counter is taken only after the cryptogram over it has held, so nobody can use up a
/// card's counters from outside. Nothing is answered before its decision is durable. A request that comes again is
/// answered as a replay, also where its first answer was lost. The host's copies of card number and request are zeroed
/// before the reply is returned; the response in it holds the number, and is the caller's to erase.
/// </remarks>
public sealed class IssuerHost
{
    // ISO 8583:1987: what an answer repeats.
    private static readonly int[] Repeated = [2, 3, 4, 7, 11, 12, 13, 23, 32, 37, 41, 42, 49];

    private const int IndexSize = 16;

    private readonly HsmProvider _hsm;
    private readonly IssuerHostOptions _options;
    private readonly DecisionJournal _journal;
    private readonly TimeProvider _time;
    private readonly EmvCryptogramVerifier _verifier;
    private readonly ConcurrentBag<CardBuffers> _idle = [];

    /// <param name="hsm">Holds the keys.</param>
    /// <param name="options">The cards and the rules.</param>
    /// <param name="journal">Keeps what was decided.</param>
    /// <param name="time">For the audit log.</param>
    public IssuerHost(HsmProvider hsm, IssuerHostOptions options, DecisionJournal journal, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(hsm);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(journal);
        ArgumentNullException.ThrowIfNull(time);
        if (options.IndexKey.CardUse != CardKeyUse.Cmac)
            throw new ArgumentException("The index key is not one for CMAC.", nameof(options));
        ArgumentOutOfRangeException.ThrowIfNotEqual(options.ApprovalStatusUpdate.Length, 4, nameof(options));

        _hsm = hsm;
        _options = options;
        _journal = journal;
        _time = time;
        _verifier = new EmvCryptogramVerifier(hsm);
    }

    public HostTimes Times => _journal.Times;

    /// <summary>Decides one request. Bytes that are no message have no answer; every other request has one.</summary>
    public async ValueTask<IssuerReply> AuthoriseAsync(
        ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        long begun = Stopwatch.GetTimestamp();
        if (!Iso8583Message.TryParse(
            request.Span, _options.Profile, _options.Encoding, out Iso8583Message message, out ParseError error))
        {
            IssuerDecision unread = new(
                IssuerRefusal.Format, IssuerRefusal.Format.ResponseCode, $"no message: {error.Code}", "", "", "", null,
                "");
            await TryRecordAsync(unread, null, cancellationToken);
            return new IssuerReply(null, unread);
        }

        if (!_idle.TryTake(out CardBuffers? buffers)) buffers = new CardBuffers();
        try
        {
            return await AnswerAsync(message, buffers, begun, cancellationToken);
        }
        finally
        {
            message.Erase();
            buffers.Erase();
            _idle.Add(buffers);
        }
    }

    private async ValueTask<IssuerReply> AnswerAsync(
        Iso8583Message message, CardBuffers buffers, long begun, CancellationToken cancellationToken)
    {
        Judgement judgement = await JudgeAsync(message, buffers, cancellationToken);
        begun = Times.RecordSince(HostStage.Judging, begun);
        bool isKept = await TryRecordAsync(judgement.Decision, judgement.Taken, cancellationToken);
        Times.RecordSince(HostStage.Keeping, begun);
        IssuerDecision decision = isKept ? judgement.Decision : judgement.Decision with
        {
            Refusal = IssuerRefusal.NotRecorded,
            ResponseCode = IssuerRefusal.NotRecorded.ResponseCode,
            Detail = "the decision could not be kept",
        };
        if (message.Mti.IsResponse) return new IssuerReply(null, decision);

        return new IssuerReply(Answer(message, decision, isKept ? judgement.Authentication : null), decision);
    }

    private async ValueTask<Judgement> JudgeAsync(
        Iso8583Message message, CardBuffers buffers, CancellationToken cancellationToken)
    {
        Progress progress = new() { Trace = Digits(message[11]) };
        if (message.Mti is not { Class: 1 or 2, Function: 0, Origin: 0 or 1 })
            return progress.Refuse(IssuerRefusal.InvalidTransaction, "the message is no request for an authorisation");
        if (!TryReadChip(message, buffers, out EmvCryptogramData chip, out string problem))
            return progress.Refuse(IssuerRefusal.ChipData, problem);
        if (!TryReadCard(message, chip, buffers, out ReadOnlyMemory<char> pan, out string sequence, out problem))
            return progress.Refuse(IssuerRefusal.InvalidCard, problem);

        progress.Card = MaskedPan.Of(pan.Span);
        CardIdentity card = new(pan, sequence.AsMemory());
        if (chip.TransactionCounter.Length == 2)
            progress.Counter = BinaryPrimitives.ReadUInt16BigEndian(chip.TransactionCounter.Span);

        // 9F27: the two highest bits are 10 for an ARQC (EMV Book 3, table 14).
        if (chip[EmvTag.CryptogramInformation] is { } information
            && (information.Length != 1 || (information.Span[0] & 0xC0) != 0x80))
        {
            return progress.Refuse(IssuerRefusal.ChipData, "the cryptogram is not that of an online request");
        }

        IssuerProduct? product = ProductOf(pan.Span, null);
        if (product is null) return progress.Refuse(IssuerRefusal.UnknownIssuer, "no key for cards of this number");

        CardScheme scheme = product.Scheme ?? SchemeOf(chip, pan.Span);
        if (!IssuerApplicationData.TryParse(
            scheme, chip.IssuerApplicationData.Span, out IssuerApplicationData issuerData))
        {
            return progress.Refuse(chip.IssuerApplicationData.IsEmpty ? IssuerRefusal.ChipData
                : IssuerRefusal.UnknownVersion, "the issuer application data (9F10) is of no known layout");
        }

        if (CryptogramVersion.Find(_options.Versions, scheme, issuerData.Version) is not { } version)
        {
            return progress.Refuse(IssuerRefusal.UnknownVersion, string.Create(CultureInfo.InvariantCulture,
                $"cryptogram version {issuerData.Version:X2} of {scheme} is not known"));
        }

        progress.Version = version.Name;
        product = ProductOf(pan.Span, issuerData.KeyIndex);
        if (product is null)
            return progress.Refuse(IssuerRefusal.UnknownIssuer, "no key of the index that the card names");

        try
        {
            UInt128 index = await IndexAsync(pan, sequence, cancellationToken);
            progress.CardIndex = Letters(index);
            ArqcVerification verified = await _verifier.VerifyArqcAsync(
                chip, card, version, product.CryptogramKey, product.DataObjects, cancellationToken);
            if (verified.Status != VerificationStatus.Valid)
                return progress.Refuse(RefusalOf(verified.Reason), verified.Detail);

            ushort counter = (ushort)progress.Counter!.Value;
            if (!_journal.Counters.TryTake(index, counter, _options.MaxCounterGap, out ushort? last))
            {
                return counter <= last
                    ? progress.Refuse(IssuerRefusal.ReplayedCounter, "the counter is not greater than the last one")
                    : progress.Refuse(IssuerRefusal.CounterGap, "the counter jumps further than allowed");
            }

            progress.Taken = (index, counter);
            string code = _options.Decide is null ? "00"
                : await _options.Decide(new VerifiedRequest(message, progress.CardIndex), cancellationToken);
            progress.Authentication = await _verifier.GenerateArpcAsync(chip, card, version, product.CryptogramKey,
                code, code == "00" ? _options.ApprovalStatusUpdate : new byte[4], cancellationToken);
            return code == "00" ? progress.Approve()
                : progress.Refuse(IssuerRefusal.Declined, "the account's rules declined", code);
        }
        catch (HsmException failed)
        {
            return progress.Refuse(RefusalOf(EmvCryptogramVerifier.ReasonOf(failed)), failed.Message);
        }
    }

    private static IssuerRefusal RefusalOf(VerificationReason reason) => reason switch
    {
        VerificationReason.WrongValue or VerificationReason.MalformedValue => IssuerRefusal.WrongCryptogram,
        VerificationReason.MissingData => IssuerRefusal.ChipData,
        VerificationReason.NoKey => IssuerRefusal.UnknownIssuer,
        _ => IssuerRefusal.BoxUnavailable,
    };

    /// <summary>Field 55: data objects as bytes, or in hexadecimal where the dialect writes them so.</summary>
    private static bool TryReadChip(
        Iso8583Message message, CardBuffers buffers, out EmvCryptogramData chip, out string problem)
    {
        chip = null!;
        problem = "chip data (field 55) is missing";
        if (message.Find(55) is not { } slice || slice.ValueLength == 0) return false;

        ReadOnlySpan<byte> value = message.ValueOf(slice);
        ReadOnlyMemory<byte> bytes = buffers.ChipData(value, IsHex(value));
        if (EmvCryptogramData.TryParse(bytes, ParseMode.Lenient, out chip, out ParseError error)) return true;

        problem = string.Create(CultureInfo.InvariantCulture,
            $"chip data (field 55) cannot be read: {error.Code} at byte {error.Offset}");
        return false;
    }

    private static bool TryReadCard(
        Iso8583Message message, EmvCryptogramData chip, CardBuffers buffers, out ReadOnlyMemory<char> pan,
        out string sequence, out string problem)
    {
        pan = message.Find(2) is { } field ? buffers.Pan(message.ValueOf(field)) : default;
        sequence = "";
        problem = "the card number (field 2) is missing, or no card number";
        if (chip[EmvTag.Pan] is { } packed)
        {
            ReadOnlyMemory<char> sent = buffers.PackedPan(packed.Span);
            if (pan.IsEmpty)
            {
                pan = sent;
            }
            else if (!pan.Span.SequenceEqual(sent.Span))
            {
                problem = "the chip's card number (5A) is not that of the message (field 2)";
                return false;
            }
        }

        if (pan.Length is < 12 or > 19 || pan.Span.ContainsAnyExceptInRange('0', '9')) return false;

        problem = "the sequence number (5F34 or field 23) is not two digits";
        string? other = message[23];
        sequence = chip[EmvTag.PanSequence] is not null ? chip.PanSequence ?? ""
            : other is { Length: 3 } && other[0] == '0' ? other[1..] : other is null ? "00" : "";
        return sequence.Length == 2 && !sequence.AsSpan().ContainsAnyExceptInRange('0', '9');
    }

    private static CardScheme SchemeOf(EmvCryptogramData chip, ReadOnlySpan<char> pan)
    {
        ReadOnlyMemory<byte> application = chip[EmvTag.DedicatedFileName]
            ?? chip[EmvTag.TerminalApplicationIdentifier] ?? chip[EmvTag.ApplicationIdentifier] ?? default;
        CardScheme scheme = CardScheme.OfApplication(application.Span);
        return scheme == CardScheme.Unknown ? CardScheme.OfPan(pan) : scheme;
    }

    /// <summary>The longest prefix counts; a product without an index is for all of them.</summary>
    private IssuerProduct? ProductOf(ReadOnlySpan<char> pan, byte? keyIndex)
    {
        IssuerProduct? found = null;
        foreach (IssuerProduct product in _options.Products)
        {
            bool fits = pan.StartsWith(product.Prefix, StringComparison.Ordinal)
                && (keyIndex is null || product.KeyIndex is null || product.KeyIndex == keyIndex);
            if (fits && (found is null || product.Prefix.Length > found.Prefix.Length
                || (product.Prefix.Length == found.Prefix.Length && product.KeyIndex is not null)))
            {
                found = product;
            }
        }

        return found;
    }

    private async ValueTask<UInt128> IndexAsync(
        ReadOnlyMemory<char> pan, string sequence, CancellationToken cancellationToken)
    {
        byte[] named = ArrayPool<byte>.Shared.Rent(64);
        try
        {
            int size = Encoding.ASCII.GetBytes(pan.Span, named);
            named[size++] = (byte)'/';
            size += Encoding.ASCII.GetBytes(sequence, named.AsSpan(size));
            Memory<byte> mac = named.AsMemory(32, IndexSize);
            await _hsm.Cards.ComputeMacAsync(
                _options.IndexKey, named.AsMemory(0, size), MacPadding.OneThenZeros, mac, cancellationToken);
            return BinaryPrimitives.ReadUInt128BigEndian(mac.Span);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(named, clearArray: true);
        }
    }

    private ValueTask<bool> TryRecordAsync(
        IssuerDecision decision, (UInt128, ushort)? taken, CancellationToken cancellationToken) =>
        _journal.RecordAsync(decision.ToAuditEntry(_options.Actor, _time.GetUtcNow()), taken, cancellationToken);

    private Iso8583Message Answer(Iso8583Message request, IssuerDecision decision, byte[]? authentication)
    {
        Iso8583Builder builder = new(request.Mti.Response(), _options.Profile, request.Encoding);
        foreach (int number in Repeated) builder.Repeat(request, number);

        builder.Set(39, decision.ResponseCode);
        if (authentication is not null)
        {
            ArrayBufferWriter<byte> chip = new();
            BerTlv.Write(chip, EmvTag.IssuerAuthenticationData, authentication);
            bool isHex = IsHex(request.ValueOf(request.Find(55)!.Value));
            builder.Set(55, isHex ? Encoding.ASCII.GetBytes(Convert.ToHexString(chip.WrittenSpan)) : chip.WrittenSpan);
        }

        Iso8583Message answer = builder.Build(allowInvalid: true); // what a request had wrong is repeated as it was
        builder.Erase();
        return answer;
    }

    private static bool IsHex(ReadOnlySpan<byte> value)
    {
        bool isHex = value.Length % 2 == 0;
        foreach (byte b in value) isHex &= char.IsAsciiHexDigit((char)b);
        return isHex;
    }

    /// <summary>Half of an index, a letter for four bits: digits could look like a card number.</summary>
    internal static string Letters(UInt128 index) => string.Create(IndexSize, index, (letters, value) =>
    {
        for (int i = 0; i < letters.Length; i++) letters[i] = (char)('a' + (int)((value >> (124 - (4 * i))) & 0xF));
    });

    private static string Digits(string? text) =>
        text is { Length: <= 12 } && !text.AsSpan().ContainsAnyExceptInRange('0', '9') ? text : "";

    private sealed record Judgement(IssuerDecision Decision, (UInt128, ushort)? Taken, byte[]? Authentication);

    /// <summary>What is known so far of one request.</summary>
    private sealed class Progress
    {
        public string Card { get; set; } = "";

        public string CardIndex { get; set; } = "";

        public string Version { get; set; } = "";

        public int? Counter { get; set; }

        public required string Trace { get; init; }

        public (UInt128, ushort)? Taken { get; set; }

        public byte[]? Authentication { get; set; }

        public Judgement Approve() => End(IssuerRefusal.None, "00", "the card's cryptogram holds");

        public Judgement Refuse(IssuerRefusal refusal, string detail, string? code = null) =>
            End(refusal, code ?? refusal.ResponseCode, detail);

        private Judgement End(IssuerRefusal refusal, string code, string detail) => new(
            new IssuerDecision(refusal, code, detail, Card, CardIndex, Version, Counter, Trace), Taken,
            refusal is IssuerRefusal.None or IssuerRefusal.Declined ? Authentication : null);
    }
}

/// <summary>What a host says to a request.</summary>
/// <param name="Response">Null for bytes that are no request.</param>
/// <param name="Decision">What was decided, masked.</param>
public sealed record IssuerReply(Iso8583Message? Response, IssuerDecision Decision);
