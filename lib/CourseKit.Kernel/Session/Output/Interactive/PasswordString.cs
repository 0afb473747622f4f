namespace Microsoft.DotNet.Interactive;

/// <summary>A password that is not shown by mistake: as text it is dots. The class has .NET Interactive's name, so cells written for it find it.</summary>
/// <param name="password">What the user typed.</param>
public sealed class PasswordString(string password)
{
    /// <summary>What the user typed.</summary>
    public string GetClearTextPassword() => password;

    /// <inheritdoc/>
    public override string ToString() => new('\u2022', password.Length);
}
