using System.Globalization;
using System.Runtime.CompilerServices;

/// <summary>Tests run in the invariant culture, as notebooks do. So their expectations hold in every country.</summary>
internal static class InvariantCulture
{
    [ModuleInitializer]
    internal static void Begin() => CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
}
