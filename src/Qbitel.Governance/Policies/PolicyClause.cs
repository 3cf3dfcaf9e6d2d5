using System.Runtime.CompilerServices;
using Qbitel.Governance.Profiles;

namespace Qbitel.Governance.Policies;

internal enum ClauseKind
{
    NotApplicable,
    Permit,

    /// <summary>Neither permits nor forbids, but asks for something if the action is permitted.</summary>
    Oblige,
    Forbid,
}

internal readonly record struct ClauseAnswer(ClauseKind Kind, string Reason, IReadOnlyList<string> Obligations)
{
    public static readonly ClauseAnswer NotApplicable = new(ClauseKind.NotApplicable, "", []);

    public static ClauseAnswer Permit(string reason) => new(ClauseKind.Permit, reason, []);

    public static ClauseAnswer Forbid(string reason) => new(ClauseKind.Forbid, reason, []);

    public static ClauseAnswer Oblige(params string[] obligations) => new(ClauseKind.Oblige, "", obligations);
}

/// <summary>One rule of a policy, by name.</summary>
internal sealed record PolicyClause(string Name, Func<PolicyQuestion, ClauseAnswer> Evaluate);

/// <summary>What a clause sees. Attributes are asked for through <c>Known</c>, so that an unknown one denies.</summary>
internal sealed record PolicyQuestion(PolicyRequest Request, EffectiveSecurity Security, DateTimeOffset Now)
{
    public BankingSecurityPolicy? Policy => Security.Policy;

    public bool Is(params ReadOnlySpan<string> actions) => actions.Contains(Request.Action);

    public static T Known<T>(T? value, [CallerArgumentExpression(nameof(value))] string attribute = "")
        where T : struct => value ?? throw new MissingAttributeException(attribute);

    public static T Known<T>(T? value, [CallerArgumentExpression(nameof(value))] string attribute = "")
        where T : class => value ?? throw new MissingAttributeException(attribute);
}

/// <summary>A clause needs what the request does not say.</summary>
internal sealed class MissingAttributeException(string expression) : Exception(expression)
{
    public string Attribute { get; } = expression[(expression.LastIndexOf('.') + 1)..];
}
