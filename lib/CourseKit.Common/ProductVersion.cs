using System.Reflection;

namespace CourseKit.Common;

/// <summary>The version of the product, which Directory.Build.props gives to all its assemblies.</summary>
internal static class ProductVersion
{
    /// <summary>The informational version of an assembly, with the commit if the assembly holds it: <c>0.1.0+4e04de153</c>.</summary>
    public static string Of(Assembly assembly) => assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>The version without the commit, as packages have it: <c>0.1.0</c>.</summary>
    public static string OfPackages(Assembly assembly) => Of(assembly).Split('+')[0];
}
