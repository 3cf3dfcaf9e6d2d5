namespace Qbitel.Hsm.Pkcs11.Interop;

/// <summary>A function of the module answered something other than CKR_OK.</summary>
/// <remarks>Never leaves this room: the token turns it into an <see cref="HsmException"/>.</remarks>
internal sealed class Pkcs11Error(string function, Ckr code) : Exception($"{function} answered {Ck.Spell(code)}")
{
    public string Function { get; } = function;

    public Ckr Code { get; } = code;

    /// <summary>
    /// The sessions, handles or the login of this epoch are gone: only finalising and initialising again helps.
    /// </summary>
    public bool LosesDevice => Code is Ckr.DeviceError or Ckr.DeviceRemoved or Ckr.TokenNotPresent
        or Ckr.TokenNotRecognized or Ckr.SessionHandleInvalid or Ckr.SessionClosed or Ckr.CryptokiNotInitialized
        or Ckr.UserNotLoggedIn or Ckr.SlotIdInvalid;

    /// <summary>The object behind the handle is gone, e.g. another process destroyed it.</summary>
    public bool LosesKey =>
        Code is Ckr.KeyHandleInvalid or Ckr.ObjectHandleInvalid or Ckr.UnwrappingKeyHandleInvalid;

    /// <summary>The PIN is wrong, locked, expired or missing; asking again may lock the token.</summary>
    public bool RefusesPin => Code is Ckr.PinIncorrect or Ckr.PinInvalid or Ckr.PinLenRange or Ckr.PinExpired
        or Ckr.PinLocked or Ckr.UserPinNotInitialized;

    /// <summary>The module has no such function or mechanism, or not for such keys.</summary>
    public bool IsUnsupported => Code is Ckr.FunctionNotSupported or Ckr.MechanismInvalid
        or Ckr.ParameterSetNotSupported;
}
