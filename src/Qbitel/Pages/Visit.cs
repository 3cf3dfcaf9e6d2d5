using Qbitel.Access;

namespace Qbitel.Pages;

/// <summary>What every page knows about who looks at it, from where and when.</summary>
public sealed record Visit(string Path, DateTimeOffset Now, Session? Session, FormToken? Token,
    IReadOnlyList<NavigationEntry> Navigation);

/// <summary>A page that has something to show.</summary>
public sealed record NavigationEntry(string Group, string Path, string Title);

/// <summary>The hidden field that proves a form is ours.</summary>
public sealed record FormToken(string Field, string Value);
