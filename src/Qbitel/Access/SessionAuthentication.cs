using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Qbitel.Access;

/// <summary>Who asks: the holder of a session cookie, or nobody.</summary>
internal sealed class SessionAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Sessions sessions)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "session";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (sessions.Find(SessionCookie.Read(Context)) is not { } session)
            return Task.FromResult(AuthenticateResult.NoResult());

        Context.Features.Set(session);
        ClaimsIdentity identity = new([new(ClaimTypes.NameIdentifier, session.Id.ToString())], SchemeName);
        return Task.FromResult(AuthenticateResult.Success(new(new(identity), SchemeName)));
    }

    /// <summary>A program is told; a person is led to the page that says how to sign in.</summary>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (Asker.IsProgram(Context))
        {
            Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else
        {
            Response.StatusCode = StatusCodes.Status303SeeOther;
            Response.Headers.Location = "/sign-in";
        }

        return Task.CompletedTask;
    }
}
