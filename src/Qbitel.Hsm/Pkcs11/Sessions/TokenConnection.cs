using Qbitel.Hsm.Pkcs11.Configuration;
using Qbitel.Hsm.Pkcs11.Interop;

namespace Qbitel.Hsm.Pkcs11.Sessions;

/// <summary>
/// One token of a module: found by its label or serial number in whatever slot it is, and logged in once an epoch.
/// </summary>
/// <remarks>Called inside the module's gate, by the threads of the queue.</remarks>
internal sealed class TokenConnection : IDisposable
{
    private const int GeneralErrorsInARow = 3;
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly Pkcs11Options _options;
    private readonly Pkcs11Vendor _vendor;
    private readonly Pkcs11Pin? _pin;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private string? _serial;
    private ulong _anchor;
    private int _epoch;
    private HsmException? _pinRefused;
    private int _generalErrors;
    private int _failures;
    private long _failedAt;

    public TokenConnection(
        Pkcs11Module module, Pkcs11Vendor vendor, Pkcs11Options options, Pkcs11Pin? pin, TimeProvider time)
    {
        Module = module;
        _vendor = vendor;
        _options = options;
        _pin = pin;
        _time = time;
    }

    public Pkcs11Module Module { get; }

    public string Provider => _vendor.Name;

    /// <summary>Held by whoever searches; null where searches and changes go side by side.</summary>
    public Lock? Searches => _vendor.SearchesSpoilChanges ? Module.Changes : null;

    /// <summary>Of the last epoch in which the token was found.</summary>
    public TokenDescription Token { get; private set; } = null!;

    public SlotCapabilities Capabilities { get; private set; } = null!;

    /// <summary>The slot of the token in the module's epoch, logged in.</summary>
    /// <exception cref="HsmException">The token is absent or ambiguous, or does not take the PIN.</exception>
    /// <exception cref="Pkcs11Error">The module answered with an error.</exception>
    public ulong Connect()
    {
        if (Volatile.Read(ref _epoch) == Module.Epoch) return Token.Slot;

        // A login that hangs must not hang everybody else as well.
        if (!_gate.TryEnter(_options.CallTimeout))
            throw Failed(HsmFailure.Unavailable, "the module does not come back from opening the token.", true);
        try
        {
            if (_epoch == Module.Epoch) return Token.Slot;
            if (_pinRefused is not null) throw _pinRefused;
            TimeSpan pause = TimeSpan.FromSeconds(Math.Min(1 << Math.Min(_failures, 6), LongestPause.TotalSeconds));
            if (_failures > 1 && _time.GetElapsedTime(_failedAt) < pause)
            {
                throw Failed(HsmFailure.Unavailable, $"the token was not there {_failures} times in a row; it is "
                    + $"looked for again {pause.TotalSeconds:0} s after the last time.", true);
            }

            try
            {
                TokenDescription token = FindToken();
                Login(token);
                Capabilities = SlotCapabilities.Ask(Module.Functions, token.Slot);
                Token = token;
                _serial = token.Serial;
                _failures = 0;
                Volatile.Write(ref _epoch, Module.Epoch);
                return token.Slot;
            }
            catch (Exception e) when (e is HsmException or Pkcs11Error)
            {
                _failures++;
                _failedAt = _time.GetTimestamp();
                throw;
            }
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>A single general error may be one bad call; several in a row are a device that is gone.</summary>
    public bool IsLost(Pkcs11Error error)
    {
        if (error.LosesDevice) return true;
        if (error.Code is not (Ckr.GeneralError or Ckr.FunctionFailed or Ckr.DeviceMemory or Ckr.HostMemory))
        {
            Works();
            return false;
        }

        if (Interlocked.Increment(ref _generalErrors) < GeneralErrorsInARow) return false;
        Works();
        return true;
    }

    public void Works()
    {
        if (Volatile.Read(ref _generalErrors) != 0) Volatile.Write(ref _generalErrors, 0);
    }

    public HsmException Failed(HsmFailure failure, string message, bool isTransient, Exception? inner = null) =>
        new(Provider, HsmOperation.Open, failure, message, isTransient, inner);

    public void Dispose() => _pin?.Dispose();

    /// <summary>Ends the login, where calls still end.</summary>
    public void Close()
    {
        if (_anchor == 0 || _epoch != Module.Epoch) return;
        Module.Functions.CloseSession(_anchor);
        _anchor = 0;
    }

    private TokenDescription FindToken()
    {
        List<TokenDescription> tokens = [];
        foreach (ulong slot in Module.Slots())
        {
            if (TokenDescription.Of(Module.Functions, slot) is { } token) tokens.Add(token);
        }

        TokenDescription[] found = [.. tokens.Where(IsTheOne)];
        string what = _options.TokenSerial is { } serial ? $"serial number {serial}" : $"label '{_options.TokenLabel}'";
        if (found.Length == 1 && found[0].Serial == (_serial ?? found[0].Serial)) return found[0];
        if (found.Length == 1)
        {
            throw Failed(HsmFailure.KeyConflict, $"the token with {what} is another one than before: its serial number "
                + $"is {found[0].Serial}, it was {_serial}. Restart to accept it.", false);
        }

        string seen = tokens.Count == 0 ? "no token at all"
            : string.Join(", ", tokens.Select(t => $"'{t.Label}' (serial number {t.Serial})"));
        throw Failed(HsmFailure.Unavailable, found.Length == 0
            ? $"there is no token with {what}; the module shows {seen}."
            : $"there are {found.Length} tokens with {what}: name one by TokenSerial.", found.Length == 0);
    }

    private bool IsTheOne(TokenDescription token) =>
        (_options.TokenLabel is null || token.Label == _options.TokenLabel)
            && (_options.TokenSerial is null || token.Serial == _options.TokenSerial)
                && (token.Flags & (TokenFlags.TokenInitialized | TokenFlags.UserPinInitialized)) != TokenFlags.None;

    private unsafe void Login(TokenDescription token)
    {
        if (token.Flags.HasFlag(TokenFlags.UserPinLocked))
            throw PinRefused("the token's PIN is locked. Only the token's security officer can set a new one.");
        if (token.Flags.HasFlag(TokenFlags.UserPinFinalTry))
        {
            throw PinRefused("one wrong PIN more would lock the token, so none was sent. Log in once with the "
                + "vendor's tool and the right PIN, which clears the count.");
        }

        FunctionTable functions = Module.Functions;
        ulong session;
        FunctionTable.Check("C_OpenSession",
            functions.OpenSession(token.Slot, Ck.SerialSession | Ck.ReadWriteSession, &session));
        Ckr answer = Ckr.Ok;
        if (token.Flags.HasFlag(TokenFlags.LoginRequired)) answer = Login(session, token);
        if (answer is Ckr.Ok or Ckr.UserAlreadyLoggedIn)
        {
            _anchor = session; // the login lasts while a session is open
            return;
        }

        functions.CloseSession(session);
        Pkcs11Error error = new("C_Login", answer);
        throw error.RefusesPin
            ? PinRefused($"the token does not take the PIN: {error.Message}. It is not tried again.")
            : error;
    }

    private unsafe Ckr Login(ulong session, TokenDescription token)
    {
        if (_pin is null)
        {
            return token.Flags.HasFlag(TokenFlags.ProtectedAuthenticationPath)
                ? Module.Functions.Login(session, Ck.User, null, 0) // its own keypad asks
                : throw Failed(
                    HsmFailure.WrongSecret, "the token asks for a PIN, and the setting Pin is not set.", false);
        }

        fixed (byte* pin = _pin.Bytes)
            return Module.Functions.Login(session, Ck.User, pin, (ulong)_pin.Bytes.Length);
    }

    // Remembered: every further try could lock the token.
    private HsmException PinRefused(string message) => _pinRefused = Failed(HsmFailure.WrongSecret, message, false);
}
