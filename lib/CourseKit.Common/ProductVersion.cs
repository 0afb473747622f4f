using System.Reflection;

namespace CourseKit.Common;

/// <summary>The version of the product, which Directory.Build.props gives to all its assemblies.</summary>
internal static class ProductVersion
{
    /// <summary>The version that an assembly was built as, with the commit where that was known: <c>0.1.0+4e04de153</c>.</summary>
    public static string Of(Assembly assembly) => assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
