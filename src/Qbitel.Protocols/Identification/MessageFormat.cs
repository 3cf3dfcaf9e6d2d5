namespace Qbitel.Protocols.Identification;

/// <summary>
/// One protocol as the identifier and the parser see it; <see cref="All"/> is the list of what is known.
/// </summary>
internal abstract class MessageFormat
{
    protected static readonly ParseError Empty =
        new(new Diagnostic("Common.Empty", Severity.Error, "the input is empty") { Offset = 0, Expected = "a message" },
            IsIncomplete: true);

    /// <summary>In the order they are tried: what proves itself by more comes first.</summary>
    public static readonly IReadOnlyList<MessageFormat> All =
    [
        new FixFormat(),
        new SwiftMtFormat(),
        new FedwireFaimFormat(),
        new FedwireFormat(),
        new FedNowFormat(),
        new Iso20022Format(),
        new FpmlFormat(),
        new NachaFormat(),
        new Iso8583Format(),
        new ThreeDSFormat(),
        new EmvQrFormat(),
        new EmvApduFormat(),
        new EmvTlvFormat(),
    ];

    /// <summary>The canonical name.</summary>
    public abstract string Name { get; }

    /// <summary>Bytes that messages begin with, so that the next one can be looked for; empty where there are none.
    /// </summary>
    public virtual ReadOnlySpan<byte> Anchor => [];

    /// <summary>Whether the bytes claim to be of this protocol, so that what is wrong with them can be told.</summary>
    public abstract bool Claims(ReadOnlySpan<byte> bytes);

    /// <summary>Reads the first message to its end; null where it is not one.</summary>
    public abstract IdentifiedMessage? Identify(ReadOnlySpan<byte> bytes);

    /// <summary>Finds the end of the message a stream begins with; after Invalid, how much to drop to go on.</summary>
    public abstract FrameStatus TryReadMessage(ReadOnlySpan<byte> stream, out int consumed, out ParseError? error);

    /// <summary>The profiles a message may be judged by; the general one has no name.</summary>
    public virtual IReadOnlyList<MessageProfile> Profiles => [];

    /// <summary>Whether an operator's own profile can be read.</summary>
    public virtual bool TakesOwnProfile => false;

    /// <summary>Reads everything there is to say about the input. The profile is one of <see
    /// cref="Profiles"/>.</summary>
    public abstract ParseReport Parse(ReadOnlySpan<byte> bytes, ParseOptions options);

    /// <summary>Reads input of any length in constant memory; null where the protocol has no such reader.</summary>
    public virtual MessageScan? CreateScan(ParseOptions options) => null;

    /// <summary>Whether messages can be made of settings.</summary>
    public virtual bool CanBuild => false;

    /// <summary>The places a type has for settings, in their order.</summary>
    public virtual IReadOnlyList<MessageSlot> Slots(string type) => [];

    /// <summary>
    /// Makes a message of settings, which is judged by reading it; null where a setting is wrong, each of which is told
    /// with its path.
    /// </summary>
    public virtual byte[]? Build(string type, IReadOnlyList<MessageSetting> settings, DateTimeOffset now,
        List<Diagnostic> wrong) => null;

    /// <inheritdoc cref="Build(string, IReadOnlyList{MessageSetting}, DateTimeOffset, List{Diagnostic})"/>
    public virtual byte[]? Build(string type, IReadOnlyList<MessageSetting> settings, DateTimeOffset now,
        ParseOptions options, List<Diagnostic> wrong) => Build(type, settings, now, wrong);

    /// <summary>The path of the setting for a place in a message that was made, as a finding names it.</summary>
    public virtual string SettingOf(string place) => place;

    /// <summary>Covers what may not be shown of one field, in place: length and separators stay.</summary>
    public virtual void Cover(ReportField field, Span<byte> value) => Covering.Cover(field.Redaction, value);

    /// <summary>
    /// Whether all that a message holds besides the fields of its report is form, also where it breaks rules.
    /// </summary>
    public virtual bool TellsAllFields => false;

    /// <summary>Covers bytes that could not be read as a message, for somebody who has the original.</summary>
    public virtual void CoverUnread(Span<byte> bytes) => Covering.CoverText(bytes);

    /// <summary>Makes a message agree with itself again, after values of unchanged length in it were changed.</summary>
    public virtual void Reseal(Span<byte> message)
    {
    }

    public bool HasProfile(string name) => Profiles.Any(profile => profile.Name == name);

    /// <summary>The options without a profile that is another protocol's.</summary>
    public ParseOptions OwnOptions(ParseOptions options) =>
        options.Profile is { } profile && !HasProfile(profile) ? options with { Profile = null } : options;

    /// <summary>The report of bytes that could not be read as this protocol.</summary>
    protected ParseReport Unreadable(ParseError error) => new(Name, null, null, [error.Diagnostic], [], []);

    /// <summary>A finding about a message, as one about the input that holds it.</summary>
    protected static Diagnostic Place(Diagnostic finding, int at, int record) =>
        at == 0 ? finding : finding with { Offset = finding.Offset + at, Record = record };
}
