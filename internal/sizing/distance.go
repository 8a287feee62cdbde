package sizing

import (
	"math"
	"strings"
	"sync"

	"github.com/archimperative/scaffold/internal/source"
)

// FibreSource says how fast light is in glass of a refractive index of about 1.468:
// 299 792 km/s / 1.468 is 204 km, or some 200 km, in a millisecond.
const FibreSource = "ITU-T G.652 fibre: the refractive index of about 1.468 lets light travel some 200 km in a millisecond"

const (
	earthRadiusKm         = 6371.0088 // the mean radius, IUGG
	fibreKmPerMillisecond = 200
)

// Region is where an AWS region is, to the city.
type Region struct {
	Name, Place                string
	Latitude, Longitude        float64 // degrees
	AsOf, Confidence, Location string  // Location is the source
}

// Regions are the AWS regions whose place is known, sorted by name.
func Regions() []Region { return append([]Region(nil), regions()...) }

var regions = sync.OnceValue(func() []Region {
	var list []Region
	for _, r := range records(regionsCSV) {
		list = append(list, Region{r["region"], r["place"], number(r["latitude"]), number(r["longitude"]), r["as_of"], r["confidence"], r["source"]})
	}
	return list
})

// RoundTrip is the least time in milliseconds, to a tenth and rounded down, from one
// AWS region to another and back that light in fibre allows: great circle · 2 / 200 km.
// Real paths are longer, often by half.
func RoundTrip(from, to string) (float64, error) {
	a, err := region("from", from)
	if err != nil {
		return 0, err
	}
	b, err := region("to", to)
	if err != nil {
		return 0, err
	}
	return math.Floor(greatCircleKm(a, b)*2/fibreKmPerMillisecond*10) / 10, nil
}

func region(argument, name string) (Region, error) {
	var names []string
	for _, r := range regions() {
		if r.Name == name {
			return r, nil
		}
		names = append(names, r.Name)
	}
	return Region{}, invalid(argument, "%q is not in the table of regions, which has %s.%s", name, strings.Join(names, ", "), source.Suggest(name, names))
}

// greatCircleKm is the haversine formula.
func greatCircleKm(a, b Region) float64 {
	rad := math.Pi / 180
	north, east := (b.Latitude-a.Latitude)*rad, (b.Longitude-a.Longitude)*rad
	h := math.Pow(math.Sin(north/2), 2) + math.Cos(a.Latitude*rad)*math.Cos(b.Latitude*rad)*math.Pow(math.Sin(east/2), 2)
	return 2 * earthRadiusKm * math.Asin(math.Min(1, math.Sqrt(h)))
}
