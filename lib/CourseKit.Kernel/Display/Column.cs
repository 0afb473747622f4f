using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace CourseKit.Kernel.Display;

/// <summary>One part of a value, such as a property: its name, and a function that reads it from a value.</summary>
internal sealed record Column(string Name, Func<object, object?> Read)
{
    public const int Max = 20;
    private const int MaxItems = 1000;
    private const BindingFlags Members = BindingFlags.Public | BindingFlags.Instance;
    private static readonly string? Framework = Path.GetDirectoryName(typeof(object).Assembly.Location);

    /// <summary>
    /// The parts of a value that are displayed. A tuple shows its items, and a row of a data table shows its cells. A key-value pair, a record or an
    /// anonymous type shows its properties. A group shows its key and its items. Another sequence has parts only if its class adds members to those
    /// of a collection. Any other object shows its properties and fields. These have no parts: types with their own ToString, types of .NET
    /// (streams, tasks, lists), delegates, and disposable objects that are not records.
    /// </summary>
    public static IReadOnlyList<Column> Of(object value)
    {
        var type = value.GetType();
        if (value is ITuple tuple)
            return [.. Enumerable.Range(0, Math.Min(tuple.Length, MaxItems)).Select(i => new Column(string.Create(CultureInfo.InvariantCulture, $"Item{i + 1}"), item => ((ITuple)item)[i]))];
        if (IsPair(type))
            return [.. Properties(type)];
        if (IsLazy(type))
        {
            // The value is not made here, because making it may take long.
            var isMade = Of(type.GetProperty(nameof(Lazy<>.IsValueCreated))!);
            return [isMade.Read(value) is true ? Of(type.GetProperty(nameof(Lazy<>.Value))!) : isMade];
        }
        if (PrintsItself(type))
            return [];
        if (DataTables.IsRow(type))
            return DataTables.Cells(value);
        if (value is IEnumerable)
            return BesideItems(type) is { Count: > 0 } beside ? [.. beside, new("items", item => Excerpt.Of((IEnumerable)item))] : [];
        return IsRecord(type) ? [.. Properties(type)] : IsPlain(value) ? [.. Properties(type), .. Fields(type)] : [];
    }

    /// <summary>
    /// What a sequence has besides its items: the key of a group, and the members that its own class adds to those of a collection. Members of .NET's
    /// collections, such as the number of items, do not count.
    /// </summary>
    public static IReadOnlyList<Column> BesideItems(Type sequence)
    {
        var key = GroupOf(sequence) is { } group ? [Of(group.GetProperty("Key")!) with { Name = "key" }] : Array.Empty<Column>();
        if (IsOfFramework(sequence) || sequence.Name.StartsWith('<'))
            return key;
        var ofFramework = sequence.BaseType!;
        while (!IsOfFramework(ofFramework))
            ofFramework = ofFramework.BaseType!;
        var usual = sequence.GetInterfaces().Where(IsOfFramework).Append(ofFramework).SelectMany(type => type.GetProperties()).Select(property => property.Name).ToHashSet();
        return [.. key, .. Properties(sequence).Concat(Fields(sequence)).Where(column => !usual.Contains(column.Name))];
    }

    /// <summary>The interface that makes the type a group of items with a key; null if the type is none.</summary>
    public static Type? GroupOf(Type type) =>
        type.GetInterfaces().FirstOrDefault(candidate => IsOf(typeof(IGrouping<,>), candidate));

    public static bool IsPair(Type type) => IsOf(typeof(KeyValuePair<,>), type) || type == typeof(DictionaryEntry);

    /// <summary>The key and the value of a dictionary's item. An item that is not a pair counts as a key with the value null.</summary>
    public static (object? Key, object? Value) Pair(object? item) => item switch
    {
        not null when IsPair(item.GetType()) && Of(item) is [var key, var value] => (key.Read(item), value.Read(item)),
        _ => (item, null),
    };

    public static bool IsDictionary(IEnumerable items) => items is IDictionary || items.GetType().GetInterfaces().Any(type => IsOf(typeof(IDictionary<,>), type) || IsOf(typeof(IReadOnlyDictionary<,>), type));

    /// <summary>Whether the type overrides ToString. The ToString that the compiler writes for records and anonymous types does not count.</summary>
    public static bool PrintsItself(Type type)
    {
        var method = ToStringOf(type);
        return method.DeclaringType != typeof(object) && method.DeclaringType != typeof(ValueType) && !IsRecord(type);
    }

    /// <summary>Whether the type's ToString prints the parts of the value. If such a value contains itself, that call never ends.</summary>
    public static bool PrintsParts(Type type) => type.IsAssignableTo(typeof(ITuple)) || IsPair(type) || IsLazy(type);

    private static bool IsLazy(Type type) => IsOf(typeof(Lazy<>), ToStringOf(type).DeclaringType!);

    /// <summary>Whether the type is the generic one with some arguments.</summary>
    public static bool IsOf(Type generic, Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == generic;

    private static MethodInfo ToStringOf(Type type) => type.GetMethod(nameof(ToString), genericParameterCount: 0, Type.EmptyTypes)!;

    private static bool IsRecord(Type type) => ToStringOf(type) is var method
        && (method.IsDefined(typeof(CompilerGeneratedAttribute)) || method.DeclaringType!.IsDefined(typeof(CompilerGeneratedAttribute)));

    private static bool IsPlain(object value) => value is not (IDisposable or IAsyncDisposable or Delegate or IEnumerable)
        && !value.GetType().Name.StartsWith('<') && !IsOfFramework(value.GetType());

    private static bool IsOfFramework(Type type) =>
        type.Assembly is { IsDynamic: false, Location: not "" and var location } && Path.GetDirectoryName(location) == Framework;

    private static IEnumerable<Column> Properties(Type type) => type.GetProperties(Members)
        .Where(property => property.GetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0 && !property.PropertyType.IsByRefLike)
        .Select(Of);

    private static IEnumerable<Column> Fields(Type type) => type.GetFields(Members).Select(field => new Column(field.Name, field.GetValue));

    private static Column Of(PropertyInfo property) => new(property.Name, item => property.GetValue(item, BindingFlags.DoNotWrapExceptions, null, null, null));
}
