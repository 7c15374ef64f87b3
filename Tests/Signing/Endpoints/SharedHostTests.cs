using AwsSigV4Proxy.Signing.Endpoints;

namespace AwsSigV4Proxy.Tests.Signing.Endpoints;

/// <summary>Hosts that sign for one service or another, by the path.</summary>
public sealed class SharedHostTests
{
    [Test, MethodDataSource(nameof(PathRows))]
    public Task SharedHost_Path_TellsTheService(EndpointRow row) => row.AssertResolvedAsync();

    public static IEnumerable<Func<EndpointRow>> PathRows() => EndpointRow.Table("""
        maps.geo.eu-west-1.amazonaws.com/                                    geo               eu-west-1
        maps.geo.eu-west-1.amazonaws.com/maps/v0/maps/a/tiles/1/2/3          geo               eu-west-1
        maps.geo.eu-west-1.amazonaws.com/v2                                  geo-maps          eu-west-1
        maps.geo.eu-west-1.amazonaws.com/v2?key=a                            geo-maps          eu-west-1
        maps.geo.eu-west-1.amazonaws.com/v2/tiles/a/1/2/3                    geo-maps          eu-west-1
        maps.geo.eu-west-1.amazonaws.com/v20/tiles                           geo               eu-west-1
        maps.geo.eu-west-1.amazonaws.com/maps/v2                             geo               eu-west-1
        maps.geo.eu-west-1.amazonaws.com/?x=/v2                              geo               eu-west-1
        maps.geo-fips.us-gov-west-1.api.aws/v2/static/map                    geo-maps          us-gov-west-1
        places.geo.us-east-1.amazonaws.com/v2/geocode                        geo-places        us-east-1
        places.geo.us-east-1.api.aws/v2/geocode                              geo-places        us-east-1
        places.geo.us-east-1.amazonaws.com/places/v0/indexes                 geo               us-east-1
        routes.geo.us-east-1.amazonaws.com/v2/routes                         geo-routes        us-east-1
        routes.geo.us-east-1.amazonaws.com/routes/v0/calculators             geo               us-east-1
        cp.routes.geo.us-east-1.amazonaws.com/v2/routes                      geo               us-east-1
        tracking.geo.us-east-1.amazonaws.com/v2                              geo               us-east-1
        vpce-0a1b-2c3d.maps.geo.us-east-1.vpce.amazonaws.com/v2/tiles        geo-maps          us-east-1

        a1b2c3-ats.iot.us-east-1.amazonaws.com/mqtt                          iotdevicegateway  us-east-1
        a1b2c3-ats.iot.us-east-1.amazonaws.com/mqtt?x=1                      iotdevicegateway  us-east-1
        a1b2c3.iot.eu-west-1.amazonaws.com/mqtt                              iotdevicegateway  eu-west-1
        a1b2c3.ats.iot.cn-north-1.amazonaws.com.cn/mqtt                      iotdevicegateway  cn-north-1
        data-ats.iot.us-east-1.amazonaws.com/mqtt                            iotdevicegateway  us-east-1
        a1b2c3-ats.iot.us-east-1.api.aws/mqtt                                iotdevicegateway  us-east-1
        a1b2c3-ats.iot.us-east-1.amazonaws.com/topics/mqtt                   iotdata           us-east-1
        a1b2c3-ats.iot.us-east-1.amazonaws.com/mqtt/                         iotdata           us-east-1
        a1b2c3-ats.iot.us-east-1.amazonaws.com/things/a/shadow               iotdata           us-east-1
        a1b2c3-ats.iot.us-east-1.amazonaws.com/?x=/mqtt                      iotdata           us-east-1
        iot.us-east-1.amazonaws.com/mqtt                                     iot               us-east-1
        a1b2c3.jobs.iot.us-east-1.amazonaws.com/mqtt                         iot-jobs-data     us-east-1
        sqs.us-east-1.amazonaws.com/v2                                       sqs               us-east-1
        """);

    [Test]
    [Arguments("maps.geo.eu-west-1.amazonaws.com", "/", true)]
    [Arguments("places.geo.eu-west-1.amazonaws.com", "/v2/geocode", true)]
    [Arguments("a1b2c3-ats.iot.us-east-1.amazonaws.com", "/", true)]
    [Arguments("a1b2c3-ats.iot.us-east-1.amazonaws.com", "/mqtt", true)]
    [Arguments("tracking.geo.eu-west-1.amazonaws.com", "/", false)]
    [Arguments("iot.us-east-1.amazonaws.com", "/", false)]
    [Arguments("a1b2c3.jobs.iot.us-east-1.amazonaws.com", "/", false)]
    [Arguments("sqs.us-east-1.amazonaws.com", "/v2", false)]
    [Arguments("iam.amazonaws.com", "/", false)]
    public async Task Scope_AnyPath_SaysWhetherThePathDecides(string host, string path, bool expected)
    {
        await Assert.That(EndpointResolver.TryResolve(host, path, out EndpointScope scope)).IsTrue();
        await Assert.That(scope.DependsOnPath).IsEqualTo(expected);
    }
}
