using System.Globalization;
using System.Runtime.CompilerServices;

/// <summary>
/// Tests run in the invariant culture, as notebooks do. So their expectations hold in every country. The programs that they start run without
/// profile-guided optimisation, as the tests themselves do.
/// </summary>
internal static class TestStart
{
    [ModuleInitializer]
    internal static void Begin()
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
        Environment.SetEnvironmentVariable("DOTNET_TieredPGO", "0");
    }
}
